package matrix;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is not as the matrix would have it, and why that is right: each row names cells, the complaint
 * that is expected there, and the reason. A row that matches nothing fails the run.
 */
record Except(Pattern cell, Pattern complaint, String why) {

  static final List<Except> ALL = List.of();

  static Except row(String cell, String complaint, String why) {
    return new Except(Pattern.compile(cell), Pattern.compile(complaint), why);
  }

  boolean covers(String cellName, String text) {
    return cell.matcher(cellName).find() && complaint.matcher(text).find();
  }
}
