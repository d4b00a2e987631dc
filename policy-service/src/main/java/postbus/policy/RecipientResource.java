package postbus.policy;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import postbus.mail.MalformedRecord;

/**
 * The ingress's question at RCPT over HTTP: {@code POST /recipient}, answered with 200 and a reply,
 * or with 400 and what was expected.
 */
@Path("/recipient")
public class RecipientResource {
  private final Policy policy;

  RecipientResource(Policy policy) {
    this.policy = policy;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response onRecipient(byte[] question) throws IOException {
    try {
      return Response.ok(RecipientJson.write(policy.onRecipient(RecipientJson.read(question))))
          .build();
    } catch (MalformedRecord e) {
      return Response.status(Response.Status.BAD_REQUEST)
          .type(MediaType.TEXT_PLAIN)
          .entity(e.getMessage() + "\n")
          .build();
    }
  }
}
