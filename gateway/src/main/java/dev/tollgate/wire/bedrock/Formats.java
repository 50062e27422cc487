package dev.tollgate.wire.bedrock;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converse's words for media types. */
final class Formats {
  private static final Map<String, String> DOCUMENTS =
      Map.of(
          "pdf", "application/pdf",
          "csv", "text/csv",
          "doc", "application/msword",
          "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "xls", "application/vnd.ms-excel",
          "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "html", "text/html",
          "txt", "text/plain",
          "md", "text/markdown");

  private Formats() {}

  static String documentType(String format) {
    return DOCUMENTS.getOrDefault(format, "application/octet-stream");
  }

  /** The word for a document's type; null if Converse has none. */
  static @Nullable String document(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> known : DOCUMENTS.entrySet()) {
      if (known.getValue().equals(type)) {
        return known.getKey();
      }
    }
    return null;
  }

  /** The word for an image's or a video's type: what stands behind the slash. */
  static String media(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    String format = type.substring(type.indexOf('/') + 1);
    return switch (format) {
      case "jpg" -> "jpeg";
      case "quicktime" -> "mov";
      case "x-matroska" -> "mkv";
      case "3gpp" -> "three_gp";
      default -> format;
    };
  }
}
