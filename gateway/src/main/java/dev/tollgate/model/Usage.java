package dev.tollgate.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of one call. Parts are included in their totals: {@code cachedTokens}, {@code
 * cacheWriteTokens} and {@code inputAudioTokens} in {@code inputTokens}; {@code reasoningTokens}
 * and {@code outputAudioTokens} in {@code outputTokens}; so are the image tokens in theirs.
 *
 * <p>{@link #tokens} takes them apart so that each token is of one item, whatever a provider says.
 *
 * @param counted true if the gateway counted (estimated) because the provider sent no figures
 * @param webSearches searches on the web that the provider made for the answer
 * @param quantity what was used beside tokens; null for nothing
 * @param detail what changes the price of few calls
 */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cachedTokens,
    long cacheWriteTokens,
    long inputAudioTokens,
    long reasoningTokens,
    long outputAudioTokens,
    boolean counted,
    long inputImageTokens,
    long outputImageTokens,
    long webSearches,
    @Nullable Quantity quantity,
    Detail detail) {

  /**
   * Tools that the provider ran and that it charges by the call, beside searches on the web.
   *
   * @param codeSessions containers that code ran in, each counted once for a gigabyte that it has
   */
  public record Tools(long fileSearches, long codeSessions) {
    public static final Tools NONE = new Tools(0, 0);
  }

  /**
   * What most calls have not.
   *
   * @param cacheWriteHourTokens of the tokens written to the cache, those that stay for an hour
   * @param cachedAudioTokens of the cached tokens, those of sound
   * @param cachedImageTokens of the cached tokens, those of images
   * @param serviceTier how fast the provider says it served; null if it says nothing
   * @param searchSize how much a search brought in, as the provider says; null if it says nothing
   * @param reported dollars that the provider says it charges; null if it says nothing
   */
  public record Detail(
      long cacheWriteHourTokens,
      long cachedAudioTokens,
      long cachedImageTokens,
      @Nullable ServiceTier serviceTier,
      @Nullable SearchSize searchSize,
      @Nullable BigDecimal reported,
      Tools tools) {
    public static final Detail NONE = new Detail(0, 0, 0, null, null, null, Tools.NONE);

    /** These without tools, or {@link #NONE} if they say nothing. */
    public static Detail of(
        long cacheWriteHourTokens,
        long cachedAudioTokens,
        long cachedImageTokens,
        @Nullable ServiceTier serviceTier,
        @Nullable SearchSize searchSize,
        @Nullable BigDecimal reported) {
      return cacheWriteHourTokens == 0
              && cachedAudioTokens == 0
              && cachedImageTokens == 0
              && serviceTier == null
              && searchSize == null
              && reported == null
          ? NONE
          : new Detail(
              cacheWriteHourTokens,
              cachedAudioTokens,
              cachedImageTokens,
              serviceTier,
              searchSize,
              reported,
              Tools.NONE);
    }

    /** The same, served at this speed. */
    public Detail with(@Nullable ServiceTier tier) {
      return made(tier, searchSize, reported, tools);
    }

    /** The same with searches of this size. */
    public Detail with(@Nullable SearchSize size) {
      return made(serviceTier, size, reported, tools);
    }

    /** The same with these tools. */
    public Detail with(Tools others) {
      return others.equals(tools) ? this : made(serviceTier, searchSize, reported, others);
    }

    /** The same without what the provider says it charges. */
    public Detail withoutReported() {
      return made(serviceTier, searchSize, null, tools);
    }

    /** These as newer ones of one reply, see {@link Usage#after}. */
    private Detail after(Detail earlier) {
      if (earlier.equals(NONE)) {
        return this;
      }
      boolean charged = reported != null && (reported.signum() > 0 || earlier.reported == null);
      return new Detail(
          newer(cacheWriteHourTokens, earlier.cacheWriteHourTokens),
          newer(cachedAudioTokens, earlier.cachedAudioTokens),
          newer(cachedImageTokens, earlier.cachedImageTokens),
          serviceTier == null ? earlier.serviceTier : serviceTier,
          searchSize == null ? earlier.searchSize : searchSize,
          charged ? reported : earlier.reported,
          tools.equals(Tools.NONE) ? earlier.tools : tools);
    }

    private Detail made(
        @Nullable ServiceTier tier,
        @Nullable SearchSize size,
        @Nullable BigDecimal charged,
        Tools others) {
      return new Detail(
          cacheWriteHourTokens, cachedAudioTokens, cachedImageTokens, tier, size, charged, others);
    }
  }

  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, false);

  /** Without images and searches. */
  public Usage(
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long cacheWriteTokens,
      long inputAudioTokens,
      long reasoningTokens,
      long outputAudioTokens,
      boolean counted) {
    this(
        inputTokens,
        outputTokens,
        cachedTokens,
        cacheWriteTokens,
        inputAudioTokens,
        reasoningTokens,
        outputAudioTokens,
        counted,
        0,
        0,
        0,
        null,
        Detail.NONE);
  }

  /** Without quantities. */
  public Usage(
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long cacheWriteTokens,
      long inputAudioTokens,
      long reasoningTokens,
      long outputAudioTokens,
      boolean counted,
      long inputImageTokens,
      long outputImageTokens,
      long webSearches) {
    this(
        inputTokens,
        outputTokens,
        cachedTokens,
        cacheWriteTokens,
        inputAudioTokens,
        reasoningTokens,
        outputAudioTokens,
        counted,
        inputImageTokens,
        outputImageTokens,
        webSearches,
        null,
        Detail.NONE);
  }

  /** The same with what was used beside tokens. */
  public Usage with(Quantity used) {
    return copy(inputTokens, outputTokens, counted, webSearches, used, detail);
  }

  /** The same with these searches, where no more are known. */
  public Usage searched(long searches) {
    return searches <= webSearches
        ? this
        : copy(inputTokens, outputTokens, counted, searches, quantity, detail);
  }

  /** The same, served at this speed; null leaves what is known. */
  public Usage served(@Nullable ServiceTier tier) {
    return tier == null || tier == detail.serviceTier() ? this : with(detail.with(tier));
  }

  /** The same with what changes the price of few calls. */
  public Usage with(Detail other) {
    if (other.equals(detail)) {
      return this;
    }
    return copy(inputTokens, outputTokens, counted, webSearches, quantity, other);
  }

  /**
   * The same with at least so many output tokens: figures that a provider sent before it had ended
   * can be short of what it had brought.
   *
   * @param tokens as the gateway counted them
   */
  public Usage withOutputAtLeast(long tokens) {
    return tokens <= outputTokens
        ? this
        : copy(inputTokens, tokens, true, webSearches, quantity, detail.withoutReported());
  }

  /**
   * These as the newer figures of one reply: what they leave out, or say is nothing, is what was
   * told before. Some providers end a stream with zeros.
   *
   * @param earlier null for none
   */
  public Usage after(@Nullable Usage earlier) {
    if (earlier == null) {
      return this;
    }
    return new Usage(
        newer(inputTokens, earlier.inputTokens),
        newer(outputTokens, earlier.outputTokens),
        newer(cachedTokens, earlier.cachedTokens),
        newer(cacheWriteTokens, earlier.cacheWriteTokens),
        newer(inputAudioTokens, earlier.inputAudioTokens),
        newer(reasoningTokens, earlier.reasoningTokens),
        newer(outputAudioTokens, earlier.outputAudioTokens),
        counted,
        newer(inputImageTokens, earlier.inputImageTokens),
        newer(outputImageTokens, earlier.outputImageTokens),
        newer(webSearches, earlier.webSearches),
        quantity == null ? earlier.quantity : quantity,
        detail.after(earlier.detail));
  }

  /**
   * These and those of another part of the same answer; of prices and tools, what these say.
   *
   * @param other null for none
   */
  public Usage plus(@Nullable Usage other) {
    if (other == null) {
      return this;
    }
    Quantity both = quantity;
    if (both != null && other.quantity != null && both.unit() == other.quantity.unit()) {
      both = new Quantity(both.unit(), both.amount() + other.quantity.amount());
    }
    return new Usage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        cachedTokens + other.cachedTokens,
        cacheWriteTokens + other.cacheWriteTokens,
        inputAudioTokens + other.inputAudioTokens,
        reasoningTokens + other.reasoningTokens,
        outputAudioTokens + other.outputAudioTokens,
        counted || other.counted,
        inputImageTokens + other.inputImageTokens,
        outputImageTokens + other.outputImageTokens,
        webSearches + other.webSearches,
        both,
        detail);
  }

  private static long newer(long now, long before) {
    return now > 0 ? now : before;
  }

  /**
   * The same with what the gateway counted for a side that the provider says was nothing.
   *
   * @param here the gateway's own figures
   */
  public Usage completedBy(Usage here) {
    long input = inputTokens > 0 ? inputTokens : here.inputTokens;
    long output = outputTokens > 0 ? outputTokens : here.outputTokens;
    if (input == inputTokens && output == outputTokens) {
      return this;
    }
    BigDecimal reported = detail.reported();
    return copy(
        input,
        output,
        true,
        webSearches,
        quantity,
        reported == null || reported.signum() > 0 ? detail : detail.withoutReported());
  }

  /** With all else as it is. */
  private Usage copy(
      long input,
      long output,
      boolean countedHere,
      long searches,
      @Nullable Quantity used,
      Detail other) {
    return new Usage(
        input,
        output,
        cachedTokens,
        cacheWriteTokens,
        inputAudioTokens,
        reasoningTokens,
        outputAudioTokens,
        countedHere,
        inputImageTokens,
        outputImageTokens,
        searches,
        used,
        other);
  }

  public static Usage of(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, 0, 0, 0, 0, 0, false);
  }

  /** What the gateway counted itself. */
  public static Usage counted(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, 0, 0, 0, 0, 0, true);
  }

  /**
   * Tokens that are of this item and of no other; searches and other units are none. The parts of
   * input and of output add up to their totals, also where a provider's own do not: then the first
   * of cached, written, sound, image counts before the next.
   */
  public long tokens(Item item) {
    return switch (item) {
      case INPUT -> inputTokens - read() - written() - sound() - pictures();
      case CACHE_READ -> read() - cachedAudio() - cachedImages();
      case CACHED_AUDIO -> cachedAudio();
      case CACHED_IMAGE -> cachedImages();
      case CACHE_WRITE -> written() - writtenForAnHour();
      case CACHE_WRITE_HOUR -> writtenForAnHour();
      case INPUT_AUDIO -> sound();
      case INPUT_IMAGE -> pictures();
      case OUTPUT -> outputTokens - reasoned() - spoken() - drawn();
      case REASONING -> reasoned();
      case OUTPUT_AUDIO -> spoken();
      case OUTPUT_IMAGE -> drawn();
      case REQUEST,
          IMAGE,
          PIXEL,
          CHARACTER,
          SECOND,
          QUERY,
          PAGE,
          SEARCH_LOW,
          SEARCH_MEDIUM,
          SEARCH_HIGH,
          FILE_SEARCH,
          CODE_SESSION ->
          0;
    };
  }

  private static long within(long tokens, long total) {
    return Math.max(0, Math.min(tokens, total));
  }

  private long read() {
    return within(cachedTokens, inputTokens);
  }

  private long cachedAudio() {
    return within(detail.cachedAudioTokens(), read());
  }

  private long cachedImages() {
    return within(detail.cachedImageTokens(), read() - cachedAudio());
  }

  private long written() {
    return within(cacheWriteTokens, inputTokens - read());
  }

  private long writtenForAnHour() {
    return within(detail.cacheWriteHourTokens(), written());
  }

  private long sound() {
    return within(inputAudioTokens - cachedAudio(), inputTokens - read() - written());
  }

  private long pictures() {
    return within(inputImageTokens - cachedImages(), inputTokens - read() - written() - sound());
  }

  private long reasoned() {
    return within(reasoningTokens, outputTokens);
  }

  private long spoken() {
    return within(outputAudioTokens, outputTokens - reasoned());
  }

  private long drawn() {
    return within(outputImageTokens, outputTokens - reasoned() - spoken());
  }

  public long totalTokens() {
    return inputTokens + outputTokens;
  }
}
