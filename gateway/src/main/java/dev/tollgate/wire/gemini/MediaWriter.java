package dev.tollgate.wire.gemini;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.Fields;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Images, documents, sounds and films as parts. Immutable. */
record MediaWriter(Generation generation) {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("webp", "image/webp"),
          Map.entry("gif", "image/gif"),
          Map.entry("heic", "image/heic"),
          Map.entry("heif", "image/heif"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("txt", "text/plain"),
          Map.entry("html", "text/html"),
          Map.entry("css", "text/css"),
          Map.entry("csv", "text/csv"),
          Map.entry("md", "text/md"),
          Map.entry("xml", "text/xml"),
          Map.entry("rtf", "text/rtf"),
          Map.entry("json", "application/json"),
          Map.entry("mp3", "audio/mp3"),
          Map.entry("wav", "audio/wav"),
          Map.entry("aac", "audio/aac"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("flac", "audio/flac"),
          Map.entry("m4a", "audio/m4a"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("mpeg", "video/mpeg"),
          Map.entry("mpg", "video/mpg"),
          Map.entry("mov", "video/mov"),
          Map.entry("avi", "video/avi"),
          Map.entry("flv", "video/x-flv"),
          Map.entry("webm", "video/webm"),
          Map.entry("wmv", "video/wmv"),
          Map.entry("3gp", "video/3gpp"));

  JsonNode of(Part.Image image) {
    ObjectNode part = of(image.source(), null);
    String detail = image.detail();
    if (generation.thinksInLevels() && detail != null && !detail.equals("auto")) {
      part.putObject("mediaResolution")
          .put("level", "MEDIA_RESOLUTION_" + detail.toUpperCase(Locale.ROOT));
    }
    return part;
  }

  JsonNode of(Part.Document document) {
    return of(document.source(), null);
  }

  JsonNode of(Part.Video video) {
    return of(video.source(), null);
  }

  /** Null for a sound that is with another provider. */
  @Nullable JsonNode of(Part.Audio audio) {
    if (audio.source() instanceof Source.File || audio.id() != null) {
      return null;
    }
    return of(audio.source(), audio.format() == null ? null : "audio/" + audio.format());
  }

  private static ObjectNode of(Source source, @Nullable String type) {
    return switch (source) {
      case Source.Data data -> {
        ObjectNode part = Nodes.object();
        part.putObject("inlineData")
            .put("mimeType", type == null ? data.mediaType() : type)
            .put("data", data.base64());
        yield part;
      }
      case Source.Url url -> file(url.url(), type == null ? url.mediaType() : type);
      case Source.File file -> file(file.id(), type == null ? file.mediaType() : type);
      case Source.Plain plain -> Nodes.object().put("text", plain.text());
    };
  }

  private static ObjectNode file(String address, @Nullable String type) {
    if (address.startsWith("http://")) {
      throw new FailureException(
          new Failure.BadRequest(
              "litellm.BadRequestError: Error: Unable to fetch image from URL. Google takes https"
                  + " addresses, gs:// addresses and uploaded files; send it as a data URL instead."
                  + " url="
                  + shortened(address),
              null));
    }
    if (!address.contains("/")) {
      throw Fields.bad("file_id", "the address of a file that was uploaded to Google");
    }
    ObjectNode part = Nodes.object();
    ObjectNode data = part.putObject("fileData");
    String mime = type == null ? typeOf(address) : type;
    if (mime != null) {
      data.put("mimeType", mime);
    }
    data.put("fileUri", address);
    return part;
  }

  private static String shortened(String address) {
    int query = address.indexOf('?');
    String bare = query < 0 ? address : address.substring(0, query);
    return bare.length() <= 256 ? bare : bare.substring(0, 256);
  }

  /** The type that an address ends with, null if it tells none. */
  private static @Nullable String typeOf(String address) {
    String path = address;
    for (char end : new char[] {'#', '?'}) {
      int at = path.indexOf(end);
      path = at < 0 ? path : path.substring(0, at);
    }
    int dot = path.lastIndexOf('.');
    return dot < path.lastIndexOf('/') || dot < 0
        ? null
        : TYPES.get(path.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
