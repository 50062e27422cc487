package dev.tollgate.app;

import dev.tollgate.routing.RoutingTable;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a start tells the operator: where, with which key, and a line that answers at once.
 *
 * @param address base address
 * @param key the master key, and where it stands
 * @param exported whether the operator's shell has the key as LITELLM_MASTER_KEY
 * @param model a model that the line asks
 * @param models how many models are served
 * @param notes what the operator should know
 */
record Banner(
    String address, MasterKey key, boolean exported, String model, int models, List<String> notes) {

  static Banner of(Settings settings, Models models, int port) {
    String host = settings.options().host;
    boolean any = host.equals("0.0.0.0") || host.equals("::");
    String scheme = settings.options().certificate == null ? "http" : "https";
    String shown = any ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    List<RoutingTable.Entry> entries = models.table().entries();
    String model =
        entries.stream()
            .filter(entry -> !entry.wildcard())
            .map(RoutingTable.Entry::name)
            .findFirst()
            .orElse(entries.isEmpty() ? "MODEL" : "gpt-4o-mini");
    return new Banner(
        scheme + "://" + shown + ":" + port,
        settings.masterKey(),
        settings.isKeyExported(),
        model,
        entries.size(),
        Stream.concat(models.notes().stream(), settings.notes().stream()).toList());
  }

  void print(PrintStream out) {
    StringBuilder text = new StringBuilder(1024);
    text.append("Tollgate ").append(Version.current()).append(" serves ");
    text.append(models == 1 ? "1 model" : models + " models")
        .append(" at ")
        .append(address)
        .append('\n');
    boolean ours = key.file() != null;
    if (ours) {
      text.append("Master key: ")
          .append(key.secret().reveal())
          .append("  (kept in ")
          .append(key.file());
      text.append(")\n");
    }
    for (String note : notes) {
      text.append(note).append('\n');
    }
    text.append(ours || exported ? "Try" : "Try, with the master key of the config as MASTER_KEY");
    text.append(":\n  curl -s ").append(address).append("/v1/chat/completions");
    text.append(" -H 'Authorization: Bearer ");
    text.append(
            ours ? key.secret().reveal() : exported ? "'\"$LITELLM_MASTER_KEY\"'" : "MASTER_KEY")
        .append("'");
    text.append(" -H 'Content-Type: application/json' -d '{\"model\":\"").append(model);
    text.append("\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'\n");
    out.print(text);
    out.flush();
  }
}
