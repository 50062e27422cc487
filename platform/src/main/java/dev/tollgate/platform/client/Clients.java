package dev.tollgate.platform.client;

import dev.tollgate.platform.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients that settings call for, each kept for an hour. Safe for several threads.
 *
 * <p>A client that has had its hour is left to the calls that still use it, and goes with them.
 */
public final class Clients {
  /** How long a client is kept. */
  public static final Duration KEPT = Duration.ofHours(1);

  private final Settings settings;
  private final InstantSource clock;
  private final CallLimits limits;
  private final Slot internal = new Slot();
  private final Slot blocks = new Slot();

  /** Clients with the usual limits and the system's clock. */
  public Clients(Settings settings) {
    this(settings, InstantSource.system(), CallLimits.USUAL);
  }

  /** Clients with a clock and limits of the caller's. */
  public Clients(Settings settings, InstantSource clock, CallLimits limits) {
    this.settings = settings;
    this.clock = clock;
    this.limits = limits;
  }

  /**
   * The utility client (the platform's {@code get_openai_client}): internal address, internal key.
   *
   * @return empty when there is no key, or it is withheld from an address not meant for it
   */
  public Optional<OpenAiClient> openAiClient() {
    return client(internal, settings.openaiInternalApiKey(), settings.openaiInternalBaseUrl());
  }

  /**
   * The client of the LLM and Codex blocks: {@code OPENAI_BASE_URL} and {@code OPENAI_API_KEY}.
   *
   * @return empty when there is no key
   */
  public Optional<OpenAiClient> blockClient() {
    return client(blocks, settings.openaiApiKey(), settings.openaiBaseUrl());
  }

  /**
   * The utility client, for a call that cannot do without.
   *
   * @throws dev.tollgate.platform.settings.SettingsException when there is no key, saying why
   */
  public OpenAiClient requireOpenAiClient() {
    settings.requireInternalApiKey();
    return openAiClient().orElseThrow();
  }

  /**
   * The blocks' client, for a program that cannot do without.
   *
   * @throws dev.tollgate.platform.settings.SettingsException when there is no key, saying why
   */
  public OpenAiClient requireBlockClient() {
    settings.requireApiKey();
    return blockClient().orElseThrow();
  }

  private Optional<OpenAiClient> client(Slot slot, String key, String baseUrl) {
    if (key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(slot.client(clock.instant(), () -> new OpenAiClient(key, baseUrl, limits)));
  }

  /** One client and its time. Making one opens no connection, so the lock is held for no I/O. */
  private static final class Slot {
    private @Nullable OpenAiClient client;
    private Instant until = Instant.MIN;

    synchronized OpenAiClient client(Instant now, Supplier<OpenAiClient> maker) {
      var kept = client;
      if (kept != null && now.isBefore(until)) {
        return kept;
      }
      var made = maker.get();
      client = made;
      until = now.plus(KEPT);
      return made;
    }
  }
}
