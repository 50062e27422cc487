package dev.tollgate.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody meant who wrote a word that is not known. */
public final class Spelling {
  private Spelling() {}

  /** The word that a misspelt one most likely stands for; null when none is near. */
  public static @Nullable String nearest(Collection<String> words, String key) {
    String best = null;
    int bestDistance = key.length() < 6 ? 2 : 3;
    for (String word : words) {
      if (Math.abs(word.length() - key.length()) < bestDistance) {
        int distance = distance(word, key.toLowerCase(Locale.ROOT).replace('-', '_'));
        if (distance < bestDistance) {
          best = word;
          bestDistance = distance;
        }
      }
    }
    return best;
  }

  /** Edits (insert, delete, replace, swap of neighbours) from one to the other. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
