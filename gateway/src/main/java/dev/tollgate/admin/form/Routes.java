package dev.tollgate.admin.form;

import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Handler;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import java.util.Objects;

/** Makes rows of the endpoint table. */
public final class Routes {
  private Routes() {}

  /** A route whose refusals are answers. */
  public static ManagementRoute route(
      String method, String path, Admission admission, String group, Handler handler) {
    return new ManagementRoute(
        method,
        path,
        admission,
        group,
        query -> {
          try {
            return handler.answer(query);
          } catch (RefusedException refused) {
            return refused.answer();
          }
        });
  }

  /** A route that changes something. */
  public static ManagementRoute post(String path, Admission admission, Handler handler) {
    return route("POST", path, admission, "management_routes", handler);
  }

  /** A route that only tells. */
  public static ManagementRoute get(String path, Admission admission, Handler handler) {
    return route("GET", path, admission, "info_routes", handler);
  }

  public static Caller caller(Query query) {
    return Objects.requireNonNull(query.caller(), "the route needs a key");
  }

  /** Who asks, for the record. */
  public static String author(Query query) {
    String user = caller(query).userId();
    return user == null ? Caller.DEFAULT_USER : user;
  }
}
