package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.wire.json.Splice;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A form of a provider's own API: its bytes go through, but for the model's name. Stateless and
 * thread-safe.
 */
public final class PassedForm {
  private static final Pattern PLAIN =
      Pattern.compile(
          "multipart/form-data *; *boundary=(\"?)([^\";\\s]+)\\1", Pattern.CASE_INSENSITIVE);

  private PassedForm() {}

  /**
   * Scans a form.
   *
   * @throws FailureException with a {@code BadRequest} if it is none, or if it could name another
   *     model to its provider than to us
   */
  public static Request read(byte[] body) {
    return FormReader.read(Operation.PASS_THROUGH, body);
  }

  /** The form with the deployment's model in the place of the one that it names, if it does. */
  public static byte[] bodyFor(Request request, Deployment deployment) {
    String asked = request.model();
    Member model = request.member("model");
    if (model == null || asked == null || asked.isEmpty() || asked.equals(deployment.model())) {
      return request.body();
    }
    Splice splice = new Splice(request.body(), 0, request.body().length);
    splice.replace(model.value().from(), model.value().to(), deployment.model().getBytes(UTF_8));
    return splice.apply();
  }

  /**
   * The content type that goes with it: the client's, unless that could tell of another boundary
   * than the one that was read by.
   */
  public static String type(Request request, @Nullable String sent) {
    String boundary = FormReader.boundary(request.body());
    Matcher plain = sent == null ? null : PLAIN.matcher(sent);
    return sent != null && plain != null && plain.matches() && boundary.equals(plain.group(2))
        ? sent
        : "multipart/form-data; boundary=\"" + boundary + "\"";
  }
}
