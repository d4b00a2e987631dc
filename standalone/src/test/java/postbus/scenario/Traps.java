package postbus.scenario;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** What is to happen when a proxy sees something for the first time; each happens once. */
final class Traps<P> {
  private final List<Trap<P>> set = new CopyOnWriteArrayList<>();

  /** One of them. */
  static final class Trap<P> {
    private final P point;
    private final Runnable action;
    private final CompletableFuture<Void> sprung = new CompletableFuture<>();

    private Trap(P point, Runnable action) {
      this.point = point;
      this.action = action;
    }

    P point() {
      return point;
    }

    /** The proxy is there. */
    void spring() {
      try {
        action.run();
        sprung.complete(null);
      } catch (RuntimeException | Error e) {
        sprung.completeExceptionally(e);
      }
    }
  }

  /**
   * From now on.
   *
   * @param action runs in the proxy, which passes nothing on meanwhile
   * @return completes when the action has run, or as it failed
   */
  CompletableFuture<Void> set(P point, Runnable action) {
    Trap<P> trap = new Trap<>(point, action);
    set.add(trap);
    return trap.sprung;
  }

  /** Takes the first that is here. */
  Optional<Trap<P>> at(Predicate<P> isHere) {
    for (Trap<P> trap : set) {
      if (isHere.test(trap.point) && set.remove(trap)) {
        return Optional.of(trap);
      }
    }
    return Optional.empty();
  }

  void clear() {
    set.clear();
  }
}
