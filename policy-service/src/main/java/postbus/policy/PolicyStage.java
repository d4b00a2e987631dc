package postbus.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import postbus.log.ContentStore;
import postbus.log.FollowUp;
import postbus.log.Inputs;
import postbus.log.LogSettings;
import postbus.log.Mail;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.log.StageWork;
import postbus.log.Taken;
import postbus.log.Topics;
import postbus.mail.AuthenticationResults;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.Verdict;
import postbus.process.Part;
import postbus.site.Schedule;
import postbus.site.Site;

/**
 * Judges what was taken before a verdict came. In: {@code mail.unjudged}. Out: {@code
 * mail.reinjected}, {@code mail.quarantine}, or its retry topics.
 *
 * <p>The sender heard 250, so a refusal can no longer reach him without backscatter: it holds the
 * mail back. What cannot be judged now is judged later, and held back at the end of its lifetime. A
 * crash means that a mail is judged again; it is moved once.
 */
@ApplicationScoped
public class PolicyStage implements Part {
  private static final String SERVICE = "policy-service";

  private final Policy policy;
  private final Schedule schedule;
  private final Stage stage;

  @Inject
  PolicyStage(Policy policy, Site site, LogSettings log, ContentStore contents) {
    this(policy, site.schedule(), log, contents);
  }

  PolicyStage(Policy policy, Schedule schedule, LogSettings log, ContentStore contents) {
    this.policy = policy;
    this.schedule = schedule;
    this.stage =
        new Stage(
            StageSettings.of(Topics.POLICY_STAGE, Inputs.of(Topics.UNJUDGED))
                .retrying(schedule.delays()),
            log,
            contents,
            StageWork.blocking(this::judge));
  }

  FollowUp judge(Taken taken) {
    Mail mail = taken.mail();
    FollowUp followUp = taken.followUp();
    return switch (policy.judge(mail)) {
      case Verdict.Accept accept -> pass(followUp, mail, accept);
      case Verdict.Quarantine held ->
          holdBack(followUp, mail, held.applied(mail.envelope()), held.reason());
      case Verdict.Refuse(var reply) when reply.isTransient() && !isOver(mail.envelope()) ->
          again(followUp, taken.key(), mail, reply.toString());
      case Verdict.Refuse(var reply) ->
          holdBack(followUp, mail, mail.envelope().suspected(), reply.toString());
    };
  }

  private static FollowUp pass(FollowUp followUp, Mail mail, Verdict.Accept accept) {
    Envelope judged = accept.applied(mail.envelope());
    String how = accept.suspect() ? "accepted, suspect" : "accepted";
    return followUp
        .mail(Topics.REINJECTED, judged.id().toString(), new Mail(judged, mail.content()))
        .event(event(What.JUDGED, judged, AuthenticationResults.after(how, judged)));
  }

  private static FollowUp holdBack(FollowUp followUp, Mail mail, Envelope held, String why) {
    return followUp
        .quarantine(held.id().toString(), new Mail(held, mail.content()), why)
        .event(event(What.QUARANTINED, held, why));
  }

  private FollowUp again(FollowUp followUp, String key, Mail mail, String why) {
    Envelope later = mail.envelope().attempted();
    Instant due = Instant.now().plus(schedule.after(later.attempts()));
    return followUp
        .retry(Topics.UNJUDGED, key, new Mail(later, mail.content()), due)
        .event(event(What.DEFERRED, later, why));
  }

  private boolean isOver(Envelope envelope) {
    return Instant.now().isAfter(envelope.receivedAt().plus(schedule.lifetime()));
  }

  private static Event event(What what, Envelope envelope, String detail) {
    return Event.now(SERVICE, what, envelope, envelope.recipients(), detail);
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
    return "policy";
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
