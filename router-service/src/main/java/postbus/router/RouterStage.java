package postbus.router;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import postbus.log.Bounces;
import postbus.log.Bounces.Success;
import postbus.log.Bounces.Told;
import postbus.log.ContentStore;
import postbus.log.FollowUp;
import postbus.log.Inputs;
import postbus.log.Lanes;
import postbus.log.LogSettings;
import postbus.log.Mail;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.log.StageWork;
import postbus.log.Taken;
import postbus.log.Topics;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.process.Part;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;
import postbus.site.Schedule;
import postbus.site.Site;

/**
 * Sends each mail on its ways. In: {@code mail.accepted}, {@code mail.reinjected}. Out: a record in
 * its site's lane, or in {@code delivery.local}, for each route; what could not be found out waits
 * in {@code retry.router.…}; what has no route is bounced.
 *
 * <p>All that follows from a mail is one transaction with its offset: a crash means that the mail
 * is routed again, and moved once.
 */
@ApplicationScoped
public class RouterStage implements Part {
  private static final String SERVICE = "router-service";

  /**
   * Octets of all delivery records of a mail together, beyond which the store holds its content.
   */
  private static final long COPIES_OCTETS_MAX = 4 << 20;

  private final Router router;
  private final Lanes lanes;
  private final Schedule schedule;
  private final Bounces bounces;
  private final ContentStore contents;
  private final Stage stage;

  RouterStage(Router router, Lanes lanes, Site site, LogSettings log, ContentStore contents) {
    this.router = router;
    this.lanes = lanes;
    this.schedule = site.schedule();
    this.contents = contents;
    this.bounces = new Bounces(SERVICE, site.primaryHostname(), contents::open);
    StageSettings settings =
        StageSettings.of(Topics.ROUTER_STAGE, Inputs.of(Topics.ACCEPTED, Topics.REINJECTED))
            .retrying(schedule.delays());
    this.stage = new Stage(settings, log, contents, StageWork.blocking(this::route));
  }

  /** What follows from one mail. */
  FollowUp route(Taken taken) {
    Envelope envelope = taken.mail().envelope();
    FollowUp followUp = taken.followUp();
    Routing routing = router.route(envelope);
    Mail mail = lean(taken.mail(), routing);
    for (Delivery delivery : routing.deliveries()) {
      deliver(followUp, mail, delivery);
    }
    if (!routing.discarded().isEmpty()) {
      followUp.event(
          Event.now(SERVICE, What.DISCARDED, envelope, routing.discarded(), ":blackhole:"));
    }
    bounces.succeed(followUp, mail, Success.DELIVERED, told(routing.discarded(), "delivered"));
    bounces.succeed(followUp, mail, Success.EXPANDED, told(routing.expanded(), "expanded"));
    List<Told> failures = new ArrayList<>();
    routing.failed().forEach(one -> failures.add(failure(one.recipient(), one.reply())));
    if (!routing.deferred().isEmpty()) {
      if (isOver(envelope)) {
        routing.deferred().forEach(one -> failures.add(tooLate(one)));
      } else {
        again(followUp, taken, mail, routing);
      }
    }
    return failures.isEmpty() ? followUp : bounces.fail(followUp, mail, failures);
  }

  /** A mail whose copies for all its routes would burden the transaction goes by reference. */
  private Mail lean(Mail mail, Routing routing) {
    if ((long) mail.content().length * routing.deliveries().size() <= COPIES_OCTETS_MAX) {
      return mail;
    }
    try {
      return contents.keep(mail);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot store the content of " + mail.envelope().id(), e);
    }
  }

  private void deliver(FollowUp followUp, Mail mail, Delivery delivery) {
    Route route = delivery.route();
    Envelope routed = mail.envelope().to(delivery.recipients()).via(route);
    String id = routed.id().toString();
    boolean local = route.pool().equals(Route.LOCAL);
    String lane = local ? Topics.LOCAL : lanes.of(route.pool(), route.site());
    String key = local ? id : lanes.key(route.pool(), route.site(), id);
    followUp
        .mail(lane, key, new Mail(routed, mail.content()))
        .event(
            Event.now(
                SERVICE,
                What.ROUTED,
                routed,
                delivery.recipients(),
                lane + ": " + route.nextHop()));
  }

  /** The deferred recipients wait; the others are settled, and not reached again. */
  private void again(FollowUp followUp, Taken taken, Mail mail, Routing routing) {
    List<Recipient> waiting =
        routing.deferred().stream().map(Unroutable::recipient).distinct().toList();
    Envelope later = mail.envelope().to(waiting).settling(routing.settled()).attempted();
    Instant next = Instant.now().plus(schedule.after(later.attempts()));
    Instant expiry = later.receivedAt().plus(schedule.lifetime());
    Instant due = next.isAfter(expiry) ? expiry : next;
    followUp.retry(taken.topic(), taken.key(), new Mail(later, mail.content()), due);
    for (Unroutable deferred : routing.deferred()) {
      followUp.event(
          Event.now(
              SERVICE,
              What.ROUTING_DEFERRED,
              later,
              List.of(deferred.recipient()),
              deferred.reply().toString()));
    }
  }

  private boolean isOver(Envelope envelope) {
    return Instant.now().isAfter(envelope.receivedAt().plus(schedule.lifetime()));
  }

  private Told tooLate(Unroutable deferred) {
    Duration lifetime = schedule.lifetime();
    String waited =
        lifetime.toDays() > 0 ? lifetime.toDays() + " days" : lifetime.toSeconds() + " seconds";
    String text = "no route found within " + waited + ": " + deferred.reply().text();
    return failure(deferred.recipient(), SmtpReply.of(550, "5.4.7", text));
  }

  private static List<Told> told(List<Recipient> recipients, String text) {
    Cause cause = Cause.ours("ROUTE", 250, "2.0.0", text);
    return recipients.stream().map(recipient -> new Told(recipient, cause)).toList();
  }

  private static Told failure(Recipient recipient, SmtpReply reply) {
    return new Told(recipient, new Cause("ROUTE", reply, ""));
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
    return "router";
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
