package postbus.imap;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collections;
import postbus.accounts.Accounts;
import postbus.log.Bounces;
import postbus.log.ContentStore;
import postbus.log.Inputs;
import postbus.log.LogSettings;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.log.Topics;
import postbus.process.Part;
import postbus.process.ProcessSettings;
import postbus.site.MailboxRules.Lda;
import postbus.site.MailboxRules.Lmtp;
import postbus.site.MailboxRules.Maildir;
import postbus.site.Site;

/**
 * Puts local mail into mailboxes, and hands it to the commands that aliases name. In: {@code
 * delivery.local}. Out: a file in a Maildir below the data folder, or what Dovecot takes by LMTP or
 * its delivery program; a command's input; its retry topics; a bounce in {@code mail.reinjected}.
 *
 * <p>The work on one mail is {@link LocalDelivery}'s. A crash means that a mail whose outcome was
 * not recorded is tried again. In a Maildir it is found if it is there; Dovecot and commands get it
 * again, Dovecot at most one mail a session, or a mailbox's of each run of its program.
 */
@ApplicationScoped
public class BridgeStage implements Part {
  static final String SERVICE = "imap-bridge";

  /** For a place in one mailbox; a mail that gets none steps aside. */
  private static final Duration MAILBOX_WAIT = Duration.ofSeconds(2);

  /** For a place to write among all. */
  private static final Duration PLACE_WAIT = Duration.ofSeconds(30);

  /** A mail that is written into a mailbox for so long makes that count as one that hangs. */
  private static final Duration HANGS_FROM = Duration.ofSeconds(5);

  /** For a run of the same command to end; short, as who waits holds a place in the window. */
  private static final Duration PIPE_WAIT = Duration.ofSeconds(10);

  /** What is left of the stage's wait for the work in hand when running commands are killed. */
  private static final Duration KILL_MARGIN = Duration.ofSeconds(1);

  private final StageSettings settings;
  private final Accounts accounts;
  private final MailboxWay mailboxes;
  private final PipeDelivery pipes;
  private final Stage stage;

  BridgeStage(Site site, LogSettings log, ContentStore contents, ProcessSettings process) {
    Bounces bounces = new Bounces(SERVICE, site.primaryHostname(), contents::open);
    accounts = Accounts.of(site);
    mailboxes = way(site, contents, process);
    pipes = new PipeDelivery(process.data(), contents, site.pipes().values(), PIPE_WAIT);
    Conclusion conclusion = new Conclusion(bounces, site.schedule(), OverQuota.of(site));
    settings =
        StageSettings.of(Topics.LOCAL_STAGE, Inputs.of(Topics.LOCAL))
            .retrying(site.schedule().delays())
            .stopping(process.stopWait());
    stage = new Stage(settings, log, contents, new LocalDelivery(mailboxes, pipes, conclusion));
  }

  private MailboxWay way(Site site, ContentStore contents, ProcessSettings process) {
    Places.Waits waits =
        new Places.Waits(
            MAILBOX_WAIT, PLACE_WAIT, Collections.max(site.schedule().delays()), HANGS_FROM);
    return switch (site.mailboxes().way()) {
      case Maildir() -> {
        Quotas quotas = new AccountQuotas(accounts, site.mailboxes().quotaOctets());
        yield new MaildirWay(
            new Mailboxes(process.data(), contents, quotas),
            new Places(site.delivery().localWorkersMax(), waits));
      }
      case Lmtp lmtp ->
          new LmtpWay(
              LmtpSessions.of(lmtp, site.primaryHostname()),
              new Places(lmtp.connectionsMax(), waits),
              lmtp.recipientsMax(),
              contents::open);
      case Lda lda -> new LdaWay(lda, process.data(), contents, waits);
    };
  }

  @Override
  public void start() {
    mailboxes.start();
    pipes.start();
    stage.start();
  }

  @Override
  public void stop() {
    Duration wait = settings.stopWait().minus(KILL_MARGIN);
    mailboxes.stop(wait);
    pipes.stop(wait);
    stage.close();
    accounts.close();
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public boolean isReady() {
    return stage.isReady();
  }

  @Override
  public boolean isLive() {
    return stage.isLive();
  }
}
