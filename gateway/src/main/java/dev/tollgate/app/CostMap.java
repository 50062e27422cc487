package dev.tollgate.app;

import dev.tollgate.ledger.CatalogueEntry;
import dev.tollgate.model.PriceSheet;
import dev.tollgate.model.Pricing;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** LiteLLM's map of prices, from a file or an address. Bounded in size and time. */
final class CostMap {
  /** Variable that says where it is. */
  static final String VARIABLE = "LITELLM_MODEL_COST_MAP_URL";

  private static final int BYTES_MAX = 32 << 20;
  private static final int MODELS_MAX = 100_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The entry in LiteLLM's own map that explains the others. */
  private static final String SAMPLE = "sample_spec";

  private static final String SUPPORTS = "supports_";

  /** Prices are decimals from the first byte on. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private CostMap() {}

  /** A map that cannot be used; the message says why. */
  static final class Refused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Refused(String source, String why) {
      super("cost map " + source + ": " + why);
    }
  }

  /**
   * Reads a map.
   *
   * @param source a file, or an address that begins with {@code https://}; {@code http://} only on
   *     this machine, since who sits between could set every price to nothing
   * @throws Refused if it cannot be had or has anything in it that is no price
   */
  static List<CatalogueEntry> load(String source) {
    byte[] json = source.contains("://") ? fetch(source) : read(source);
    Map<String, Object> members;
    try {
      members = MAPPER.readValue(json, MAP);
    } catch (JacksonException notJson) {
      throw new Refused(source, "it is not a JSON object");
    }
    if (members.size() > MODELS_MAX) {
      throw new Refused(source, "it has more than " + MODELS_MAX + " models");
    }
    List<CatalogueEntry> entries = new ArrayList<>();
    for (Map.Entry<String, Object> member : members.entrySet()) {
      if (!member.getKey().equals(SAMPLE)) {
        if (!(member.getValue() instanceof Map<?, ?> facts)) {
          throw new Refused(source, member.getKey() + ": expected an object");
        }
        entries.add(entry(source, member.getKey(), facts));
      }
    }
    if (entries.stream().allMatch(entry -> entry.pricing() == null)) {
      throw new Refused(source, "it has no price");
    }
    return entries;
  }

  private static byte[] read(String source) {
    try (InputStream in = Files.newInputStream(Path.of(source))) {
      byte[] json = in.readNBytes(BYTES_MAX + 1);
      if (json.length > BYTES_MAX) {
        throw tooLarge(source);
      }
      return json;
    } catch (IOException unreadable) {
      throw new Refused(
          source, "it cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    }
  }

  private static Refused tooLarge(String source) {
    return new Refused(source, "it is larger than " + BYTES_MAX + " bytes");
  }

  private static byte[] fetch(String source) {
    URI address = address(source);
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      HttpResponse<byte[]> answer =
          client
              .sendAsync(
                  HttpRequest.newBuilder(address).timeout(TIMEOUT).build(),
                  HttpResponse.BodyHandlers.limiting(
                      HttpResponse.BodyHandlers.ofByteArray(), BYTES_MAX))
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      client.shutdownNow();
      if (answer.statusCode() != 200) {
        throw new Refused(source, "it was answered with status " + answer.statusCode());
      }
      return answer.body();
    } catch (TimeoutException late) {
      throw new Refused(source, "it did not come within " + TIMEOUT.toSeconds() + " s");
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw new Refused(source, "it cannot be had: " + (cause == null ? failed : cause));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refused(source, "the gateway is stopping");
    }
  }

  private static URI address(String source) {
    try {
      URI address = URI.create(source);
      String host = address.getHost();
      boolean here = "localhost".equals(host) || "127.0.0.1".equals(host) || "[::1]".equals(host);
      if ("https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && here)) {
        return address;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new Refused(source, "expected a file or an https:// address");
  }

  private static CatalogueEntry entry(String source, String model, Map<?, ?> facts) {
    Map<String, Object> members = MAPPER.convertValue(facts, MAP);
    PriceSheet sheet = new PriceSheet();
    try {
      sheet.read(members);
    } catch (IllegalArgumentException wrong) {
      throw new Refused(source, model + ": " + wrong.getMessage());
    }
    List<String> supports = new ArrayList<>();
    members.forEach(
        (name, value) -> {
          if (name.startsWith(SUPPORTS) && Boolean.TRUE.equals(value)) {
            String able = name.substring(SUPPORTS.length());
            supports.add(able.equals("function_calling") ? "tools" : able);
          }
        });
    supports.sort(null);
    Long input = whole(members.get("max_input_tokens"));
    return new CatalogueEntry(
        model,
        text(members.get("litellm_provider")),
        text(members.get("mode")),
        input == null ? whole(members.get("max_tokens")) : input,
        whole(members.get("max_output_tokens")),
        supports,
        Pricing.suffices(sheet.prices().keySet()) ? Pricing.of(sheet.prices()) : null,
        members.get("source") instanceof String from ? from : null);
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static @Nullable Long whole(@Nullable Object value) {
    return value instanceof Integer || value instanceof Long ? ((Number) value).longValue() : null;
  }
}
