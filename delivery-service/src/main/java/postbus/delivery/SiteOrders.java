package postbus.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.log.FollowUp;
import postbus.log.Lanes;
import postbus.log.Mail;
import postbus.log.Orders;
import postbus.log.RetryWork;
import postbus.log.Taken;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Order;
import postbus.mail.Order.Action;
import postbus.mail.Route;

/**
 * What operators want done with all mails of a site, and where a mail goes whose wait is over: both
 * for the mails in lanes and for those in retry topics.
 */
final class SiteOrders implements RetryWork {
  private final String pool;
  private final Orders orders;
  private final Lanes lanes;
  private final Destinations destinations;
  private final Conclusion conclusion;
  private final SentOn sentOn = new SentOn();

  /** Finds the site of a mail anew. */
  interface Destinations {
    /** The mail, in parts, by the routes that it has now. Blocks for a bounded time. */
    List<Envelope> anew(Envelope mail);
  }

  SiteOrders(
      String pool, Orders orders, Lanes lanes, Destinations destinations, Conclusion conclusion) {
    this.pool = pool;
    this.orders = orders;
    this.lanes = lanes;
    this.destinations = destinations;
    this.conclusion = conclusion;
  }

  /** Whether mail for the site is kept. */
  boolean isHeld(String site) {
    return orders.isHeld(pool, site);
  }

  /** The order that ends the wait of a mail in a lane otherwise than by an attempt. */
  Optional<Order> about(Taken taken) {
    return orders
        .covering(taken)
        .filter(order -> order.action() == Action.BOUNCE || order.action() == Action.MOVE);
  }

  /** What follows from an order for a mail in a lane; one of {@link #about}. */
  FollowUp carriedOut(Order order, Taken taken) {
    return ordered(order, taken, taken.topic()).orElseThrow();
  }

  @Override
  public FollowUp due(Taken waiting, String origin) {
    route(waiting);
    List<Envelope> parts = destinations.anew(waiting.mail().envelope());
    // Of several parts, one whose site is held waits for itself, where its queue sees to it.
    if (parts.stream().allMatch(part -> isHeld(site(part)))) {
      Instant now = Instant.now();
      String held = site(parts.getFirst()) + " is held by an operator";
      Cause why = Cause.ours("QUEUE", 451, "4.4.5", held);
      return conclusion.aside(waiting, why, now, now.plus(conclusion.longestDelay()));
    }
    FollowUp followUp = waiting.followUp();
    parts.forEach(part -> toLane(followUp, waiting, part));
    return followUp;
  }

  /**
   * What follows for a mail in a lane whose domains have other exchangers by now: it goes, in parts
   * if need be, to where it belongs. Empty if that is where it is, or if it was sent on before.
   * Blocks for a bounded time.
   */
  Optional<FollowUp> sentOn(Taken taken) {
    Envelope mail = taken.mail().envelope();
    List<Envelope> parts = destinations.anew(mail);
    boolean isElsewhere = parts.stream().anyMatch(part -> !part.route().equals(mail.route()));
    if (!isElsewhere || !sentOn.isFirst(mail.id())) {
      return Optional.empty();
    }
    FollowUp followUp = taken.followUp();
    parts.forEach(part -> toLane(followUp, taken, part));
    return Optional.of(followUp);
  }

  @Override
  public Optional<FollowUp> ordered(Order order, Taken waiting, String origin) {
    return switch (order.action()) {
      case RETRY, RELEASE -> Optional.of(toLane(waiting, route(waiting)));
      case BOUNCE -> Optional.of(conclusion.returned(waiting, order.why()));
      case MOVE -> {
        Route route = route(waiting);
        yield Optional.of(
            toLane(waiting, new Route(order.target(), route.site(), route.nextHop())));
      }
      case HOLD -> Optional.empty();
    };
  }

  private FollowUp toLane(Taken waiting, Route route) {
    FollowUp followUp = waiting.followUp();
    return toLane(followUp, waiting, waiting.mail().envelope().rerouted(route));
  }

  private FollowUp toLane(FollowUp followUp, Taken waiting, Envelope envelope) {
    Route route = envelope.route().orElseThrow();
    String lane = lanes.of(route.pool(), route.site());
    String key = lanes.key(route.pool(), route.site(), envelope.id().toString());
    return followUp.mail(lane, key, new Mail(envelope, waiting.mail().content()));
  }

  private static String site(Envelope part) {
    return part.route().orElseThrow().site();
  }

  /** A mail without a route is none of this stage: it fails, and ends as a dead letter. */
  private static Route route(Taken taken) {
    return taken
        .mail()
        .envelope()
        .route()
        .orElseThrow(() -> new IllegalArgumentException("a mail in a lane without a route"));
  }
}
