package matrix;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * Runs the matrix. Prints the gateway's configuration as one line, reads one line with the gateway's
 * address, a virtual key and the master key, and then prints what failed.
 */
final class Main {
  private static final List<Client> CLIENTS = List.of(
      new ChatClient(), new ResponsesClient(), new MessagesClient(), new GeminiClient(), new CohereClient(), new BedrockClient());
  private static final List<Provider> PROVIDERS = List.of(
      new ChatProvider(), new ResponsesProvider(), new MessagesProvider(), new GeminiProvider(), new CohereProvider(),
      new BedrockProvider(), new OllamaProvider());

  private Main() {}

  /** Arguments: a pattern of cells or nothing, a folder for wire logs or nothing, the page to write or nothing. */
  public static void main(String[] args) throws Exception {
    Path kept = args[1].isEmpty() ? null : Path.of(args[1]);
    Gateway gateway = new Gateway(PROVIDERS, kept);
    System.out.println(gateway.config());
    String[] given = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine().split(" ");
    gateway.at(given[0], given[1]);
    List<Cell> cells = cells(gateway, Pattern.compile(args[0]));
    run(cells);
    gateway.checkSpends(given[2]);
    int failed = report(cells, args[0].isEmpty());
    if (!args[2].isEmpty()) {
      Files.writeString(Path.of(args[2]), new Page(CLIENTS, PROVIDERS, cells).text());
    }
    System.out.println(cells.size() - failed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  private static List<Cell> cells(Gateway gateway, Pattern only) {
    List<Cell> cells = new ArrayList<>();
    int number = 0;
    for (Client client : CLIENTS) {
      for (Provider provider : PROVIDERS) {
        for (Talk talk : Talks.all()) {
          for (boolean stream : new boolean[] {false, true}) {
            Cell cell = new Cell(client, provider, talk, stream, gateway, ++number);
            if ((stream || !talk.name().endsWith("-in-stream")) && only.matcher(cell.name()).find()) {
              cells.add(cell);
            }
          }
        }
      }
    }
    return cells;
  }

  private static void run(List<Cell> cells) throws InterruptedException, ExecutionException {
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      cells.forEach(cell -> all.add(pool.submit(cell::run)));
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  /** Takes expected complaints out, prints the others; returns how many cells failed. */
  private static int report(List<Cell> cells, boolean everything) {
    int failed = 0;
    Set<Except> used = new HashSet<>();
    Map<String, Integer> alike = new TreeMap<>();
    for (Cell cell : cells) {
      cell.complaints.removeIf(complaint -> {
        for (Except except : Except.ALL) {
          if (except.covers(cell.name(), complaint)) {
            used.add(except);
            cell.reasons.add("excepted: " + except.why());
            return true;
          }
        }
        return false;
      });
      if (!cell.complaints.isEmpty()) {
        failed++;
        System.out.println("FAIL " + cell.name() + ": " + String.join(" | ", cell.complaints).replace("\n", "\\n"));
        alike.merge(cell.client().name() + "/" + cell.provider().name(), 1, Integer::sum);
      }
    }
    alike.forEach((pair, count) -> System.out.println("  " + pair + ": " + count + " failed"));
    for (Except except : Except.ALL) {
      if (everything && !used.contains(except)) {
        System.out.println("FAIL an exception that nothing needs: " + except.cell() + " " + except.complaint());
        failed++;
      }
    }
    return failed;
  }
}
