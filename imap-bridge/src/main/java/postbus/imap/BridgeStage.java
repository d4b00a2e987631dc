package postbus.imap;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import postbus.log.Bounces;
import postbus.log.ContentStore;
import postbus.log.Inputs;
import postbus.log.LogSettings;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.log.Topics;
import postbus.process.Part;
import postbus.process.ProcessSettings;
import postbus.site.Site;

/**
 * Puts local mail into mailboxes. In: {@code delivery.local}. Out: a file in a Maildir below the
 * data folder; its retry topics; a bounce in {@code mail.reinjected}.
 *
 * <p>The work on one mail is {@link LocalDelivery}'s. A crash means that a mail whose outcome was
 * not recorded is looked at again, and found in the mailbox if it is there.
 */
@ApplicationScoped
public class BridgeStage implements Part {
  static final String SERVICE = "imap-bridge";

  /** For a place to write; a mail that gets none steps aside and is tried again. */
  private static final Duration PLACE_WAIT = Duration.ofSeconds(30);

  private final Stage stage;

  BridgeStage(Site site, LogSettings log, ContentStore contents, ProcessSettings process) {
    Bounces bounces = new Bounces(SERVICE, site.primaryHostname(), contents::open);
    Mailboxes mailboxes = new Mailboxes(process.data(), contents);
    Places places = new Places(site.delivery().localWorkersMax(), PLACE_WAIT);
    LocalDelivery delivery = new LocalDelivery(mailboxes, bounces, site.schedule(), places);
    stage =
        new Stage(
            StageSettings.of(Topics.LOCAL_STAGE, Inputs.of(Topics.LOCAL))
                .retrying(site.schedule().delays()),
            log,
            contents,
            delivery);
  }

  @Override
  public void start() {
    stage.start();
  }

  @Override
  public void stop() {
    stage.close();
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public boolean isReady() {
    return stage.isReady();
  }
}
