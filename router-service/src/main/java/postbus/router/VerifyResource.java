package postbus.router;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.AddressVerifier;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;

/**
 * Policy's question about an address over HTTP: {@code GET /verify?address=}, answered with {@code
 * {"standing":"local","reply":"250 2.1.5 Ok"}}; or with 400 if that is no address.
 */
@Path("/verify")
public class VerifyResource {
  /** Characters of an address; RFC 5321 knows none above 64 + 1 + 255. */
  static final int ADDRESS_MAX = 1024;

  private final AddressVerifier verifier;

  VerifyResource(AddressVerifier verifier) {
    this.verifier = verifier;
  }

  /**
   * The answer's JSON.
   *
   * @param standing local, relayed, foreign or unknown
   * @param reply code, status and text in one line
   */
  public record Answer(String standing, String reply) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response verify(@QueryParam("address") @Nullable String address) {
    Optional<EmailAddress> asked =
        Optional.ofNullable(address).filter(VerifyResource::isPlain).flatMap(EmailAddress::parse);
    if (asked.isEmpty()) {
      return Response.status(Response.Status.BAD_REQUEST)
          .type(MediaType.TEXT_PLAIN)
          .entity("expected ?address=user@domain\n")
          .build();
    }
    Verification found = verifier.verify(asked.get());
    String standing = found.standing().name().toLowerCase(Locale.ROOT);
    return Response.ok(new Answer(standing, found.reply().toString())).build();
  }

  /** What reaches here may reach another server in a command, or the log. */
  private static boolean isPlain(String address) {
    return address.length() <= ADDRESS_MAX && address.chars().noneMatch(Character::isISOControl);
  }
}
