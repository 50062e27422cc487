package dev.tollgate.app;

import java.io.PrintStream;
import java.util.List;

/**
 * What a start tells the operator: where, with which key, and a line that answers at once.
 *
 * @param address base address
 * @param key the master key, and where it stands
 * @param model a model that the line asks
 * @param models how many models are served
 * @param notes what the operator should know
 */
record Banner(String address, MasterKey key, String model, int models, List<String> notes) {

  void print(PrintStream out) {
    StringBuilder text = new StringBuilder(1024);
    text.append("Tollgate ").append(Version.current()).append(" serves ");
    text.append(models == 1 ? "1 model" : models + " models").append(" at ").append(address).append('\n');
    boolean ours = key.file() != null;
    if (ours) {
      text.append("Master key: ").append(key.secret().reveal()).append("  (kept in ").append(key.file());
      text.append(")\n");
    }
    for (String note : notes) {
      text.append(note).append('\n');
    }
    text.append("Try:\n  curl -s ").append(address).append("/v1/chat/completions");
    text.append(" -H 'Authorization: Bearer ");
    text.append(ours ? key.secret().reveal() : "'\"$LITELLM_MASTER_KEY\"'").append("'");
    text.append(" -H 'Content-Type: application/json' -d '{\"model\":\"").append(model);
    text.append("\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'\n");
    out.print(text);
    out.flush();
  }
}
