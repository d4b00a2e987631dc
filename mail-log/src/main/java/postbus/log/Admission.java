package postbus.log;

import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the log lets a client do its part. What it refuses is alarmed once, by its name, and
 * again only when it has let the client do its part between, or refuses something else. May be used
 * from any thread.
 */
public final class Admission {
  private static final Logger LOG = Logger.getLogger(Admission.class);

  /** How deep a failure's causes are looked at; Kafka wraps them twice at most. */
  private static final int CAUSES_MAX = 8;

  private final String client;
  private final AclOperation operation;
  private volatile @Nullable String refused;

  /**
   * @param client whom the alarm names
   * @param operation what it does with topics
   */
  public Admission(String client, AclOperation operation) {
    this.client = client;
    this.operation = operation;
  }

  /** Whether nothing was refused since it last did its part. */
  public boolean isGranted() {
    return refused == null;
  }

  /** It has done its part. */
  public void granted() {
    if (refused != null) {
      LOG.infof("the log lets %s do its part again", client);
      refused = null;
    }
  }

  /** Whether this failure says that the log refuses something; any other says nothing. */
  public boolean isRefusal(Throwable failure) {
    Optional<String> refusal = refusal(failure);
    if (refusal.isPresent() && !refusal.get().equals(refused)) {
      refused = refusal.get();
      Alarm.NO_RIGHT.raise(
          LOG,
          "the log does not let %s %s; ./postbus topics --acls prints what each service must be"
              + " allowed",
          client,
          refused);
    }
    return refusal.isPresent();
  }

  private Optional<String> refusal(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
      if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
        return Optional.of(words(cause));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private String words(Throwable refusal) {
    return switch (refusal) {
      case TopicAuthorizationException topics when !topics.unauthorizedTopics().isEmpty() ->
          "%s %s"
              .formatted(operation, String.join(", ", new TreeSet<>(topics.unauthorizedTopics())));
      case GroupAuthorizationException group when group.groupId() != null ->
          "READ the group " + group.groupId();
      case TransactionalIdAuthorizationException _ -> "WRITE by its transactional id";
      case AuthenticationException stranger -> "in: " + stranger.getMessage();
      default -> "%s: %s".formatted(operation, refusal.getMessage());
    };
  }
}
