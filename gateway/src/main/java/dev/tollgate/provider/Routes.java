package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Route;
import dev.tollgate.wire.Codecs;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the operations that clients ask are served by those that a provider offers. */
final class Routes {
  /** What stands for another operation of its family, best first. */
  private static final List<Operation> STAND_INS =
      List.of(
          Operation.CHAT,
          Operation.MESSAGES,
          Operation.GENERATE_CONTENT,
          Operation.CONVERSE,
          Operation.COHERE_CHAT,
          Operation.OLLAMA_CHAT,
          Operation.OLLAMA_GENERATE,
          Operation.RESPONSES,
          Operation.EMBEDDING,
          Operation.COHERE_EMBED,
          Operation.OLLAMA_EMBED,
          Operation.GEMINI_EMBED,
          Operation.BEDROCK_EMBED);

  /** The gateway answers by itself; nothing is ever sent there. */
  private static final Address NOWHERE = Address.of("http://mock.invalid/");

  private static final List<Operation> MOCKED =
      List.of(Operation.CHAT, Operation.COMPLETION, Operation.EMBEDDING, Operation.RESPONSES);

  private Routes() {}

  /**
   * The routes of a deployment.
   *
   * @param via the operation that stands for another, where it is not the best one
   * @param offered where each operation of the provider goes
   * @param streams the same for streams, where they go to another place
   * @param root what the paths of the provider's own API stand below
   */
  static Map<Operation, Route> of(
      Map<Operation, Operation> via,
      Map<Operation, Address> offered,
      Map<Operation, Address> streams,
      Address root) {
    Map<Operation, Route> routes = new EnumMap<>(Operation.class);
    routes.putAll(of(via, offered, streams));
    routes.put(Operation.PASS_THROUGH, new Route(Operation.PASS_THROUGH, root, null));
    return Collections.unmodifiableMap(routes);
  }

  private static Map<Operation, Route> of(
      Map<Operation, Operation> via,
      Map<Operation, Address> offered,
      Map<Operation, Address> streams) {
    Map<Operation, Route> routes = new EnumMap<>(Operation.class);
    for (Operation asked : Operation.values()) {
      Operation served = served(asked, via, offered);
      Address address = served == null ? null : offered.get(served);
      if (served != null && address != null) {
        routes.put(asked, new Route(served, address, streams.get(served)));
      }
    }
    if (STAND_INS.stream().anyMatch(offered::containsKey)) {
      for (Operation count : Operation.values()) {
        if (count.family() == Operation.Family.COUNT) {
          routes.putIfAbsent(count, new Route(count, NOWHERE, null));
        }
      }
    }
    return Collections.unmodifiableMap(routes);
  }

  /** Whether the gateway itself answers what goes there. */
  static boolean isNowhere(Route route) {
    return route.address().equals(NOWHERE);
  }

  /** The routes of a deployment that answers without a provider. */
  static Map<Operation, Route> ofMock() {
    Map<Operation, Address> offered = new EnumMap<>(Operation.class);
    MOCKED.forEach(operation -> offered.put(operation, NOWHERE));
    return of(Map.of(), offered, Map.of());
  }

  private static @Nullable Operation served(
      Operation asked, Map<Operation, Operation> via, Map<Operation, Address> offered) {
    if (offered.containsKey(asked)) {
      return asked;
    }
    Operation wanted = via.get(asked);
    if (wanted != null && offered.containsKey(wanted) && Codecs.isBridged(asked, wanted)) {
      return wanted;
    }
    for (Operation other : STAND_INS) {
      if (offered.containsKey(other) && Codecs.isBridged(asked, other)) {
        return other;
      }
    }
    return null;
  }
}
