package dev.tollgate.store;

import java.util.Objects;
import org.jdbi.v3.core.Jdbi;

/** A database of its own, made beside the one that tests are given. */
final class OwnPostgres implements AutoCloseable {
  private static final String SERVER =
      Objects.requireNonNullElse(System.getenv("TOLLGATE_TEST_POSTGRES_URL"), "");

  private final String name = "own_" + Long.toHexString(System.nanoTime());
  private final Jdbi server = Jdbi.create(jdbc(SERVER) + "?user=tollgate");

  OwnPostgres() {
    server.useHandle(handle -> handle.execute("create database " + name));
  }

  /** As the gateway takes it. */
  String url() {
    return SERVER.substring(0, SERVER.lastIndexOf('/') + 1) + name;
  }

  /** The same for the driver, without a user. */
  String jdbc() {
    return jdbc(url());
  }

  private static String jdbc(String url) {
    return "jdbc:postgresql" + url.substring(url.indexOf(':')).replaceFirst("//[^@]*@", "//");
  }

  @Override
  public void close() {
    server.useHandle(handle -> handle.execute("drop database " + name + " with (force)"));
  }
}
