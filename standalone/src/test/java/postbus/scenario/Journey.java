package postbus.scenario;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Ways that mails take through Postbus. */
enum Journey {
  /** From an application server into the world: three of them, as they share a session. */
  OUT(TestSite.APP_SERVER, "user@world.example", 3),
  /** The same, alone. */
  ONE_OUT(TestSite.APP_SERVER, "user@world.example", 1),
  /** The world does not want it, and its sender, who has a mailbox here, is told. */
  REFUSED(TestSite.APP_SERVER, "permfail@world.example", 1),
  /** Into a mailbox. */
  MAILBOX(TestSite.APP_SERVER, "jimbo@wikimedia.org", 3),
  /** To a command. */
  COMMAND(TestSite.APP_SERVER, CrashRig.COMMAND, 1),
  /** From a stranger into a mailbox: judged. */
  JUDGED(TestSite.OUTSIDER, "jimbo@wikimedia.org", 1),
  /** From a stranger whose mail names no author, and so is held back for an operator. */
  HELD(CrashRig.ANONYMOUS, "jimbo@wikimedia.org", 1);

  private static final String SENDER = NumberedMails.SENDER;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final String client;
  private final String recipient;
  private final int mails;

  Journey(String client, String recipient, int mails) {
    this.client = client;
    this.recipient = recipient;
    this.mails = mails;
  }

  /** How many of them a crash is to find under way. */
  int mails() {
    return mails;
  }

  /**
   * Sends a mail with this number; its id, from its 250. Any other end leaves it with its client.
   */
  Optional<String> send(CrashRig rig, int number) {
    try (Dialogue dialogue =
        await("a server that knows of recipients")
            .atMost(LIMIT)
            .until(() -> begin(rig), open -> open != null)) {
      dialogue.send("DATA").says("354");
      String text = "Subject: number " + number + ".\r\n\r\nhello";
      String reply = dialogue.send(text + "\r\n.").reply();
      return reply.startsWith("250") ? Optional.of(Dialogue.idIn(reply)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Null if the server is away, or cannot tell whether it wants the recipient. */
  private Dialogue begin(CrashRig rig) throws IOException {
    Dialogue dialogue = Dialogue.open(client, TestSite.THIS_HOST, rig.entrance().port());
    boolean isTaken =
        dialogue.reply().startsWith("220")
            && dialogue.send("EHLO client.example.org").reply().startsWith("250")
            && dialogue.send("MAIL FROM:<" + SENDER + ">").reply().startsWith("250")
            && dialogue.send("RCPT TO:<" + recipient + ">").reply().startsWith("250");
    if (!isTaken) {
      dialogue.close();
      return null;
    }
    return dialogue;
  }
}
