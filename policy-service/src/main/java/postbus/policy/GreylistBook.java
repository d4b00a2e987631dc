package postbus.policy;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.InstantSource;
import org.jboss.logging.Logger;
import postbus.log.LogSettings;
import postbus.log.SharedNotes;
import postbus.log.Topics;
import postbus.mail.MalformedRecord;
import postbus.mail.RecipientQuestion;
import postbus.policy.Greylist.Answer;
import postbus.process.Part;
import postbus.site.Greylisting;
import postbus.site.HostList.Network;
import postbus.site.Site;

/**
 * The greylist that all policies of the site share, by the topic {@code policy.greylist}. While
 * that is not read or cannot be written, everybody passes: a client that came again to another
 * policy would be put off for ever.
 */
@Singleton
class GreylistBook implements Part {
  private static final Logger LOG = Logger.getLogger(GreylistBook.class);

  private final Greylisting rules;
  private final InstantSource clock;
  private final SharedNotes notes;
  private final Greylist greylist;

  @Inject
  GreylistBook(Site site, LogSettings log) {
    this(site.clients().greylisting(), log, Clock.systemUTC());
  }

  GreylistBook(Greylisting rules, LogSettings log, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
    this.notes = new SharedNotes(Topics.GREYLIST, log, this::learn);
    this.greylist = new Greylist(rules, (key, seen) -> notes.write(key, SightingJson.write(seen)));
  }

  private void learn(String key, byte[] value) {
    try {
      greylist.learn(key, SightingJson.read(value), now());
    } catch (MalformedRecord e) {
      LOG.warnf("%s: the note %s is left out: %s", Topics.GREYLIST, key, e.getMessage());
    }
  }

  Greylisting rules() {
    return rules;
  }

  /** Whether what other policies know is known here, and the reverse. */
  boolean isShared() {
    return notes.isReady() && notes.isWritable();
  }

  /** Does not block. What is learned is written also while it is not shared, as a try. */
  Answer ask(Network network, RecipientQuestion question) {
    return greylist.ask(network, question, now());
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  @Override
  public String name() {
    return "greylist";
  }

  @Override
  public void start() {
    if (rules.active()) {
      notes.start();
    }
  }

  /** Mail goes through without it. */
  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void stop() {
    notes.close();
  }
}
