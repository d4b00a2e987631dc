package postbus.site.alias;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;
import postbus.site.LiveFiles;

/**
 * Says whose an address is, by the alias files alone: an account's own, and every address whose
 * aliases lead to its mailbox, over however many steps. Aliases are read as the router reads them,
 * but neither DNS nor a database is asked. Blocks while files are read; for any number of threads.
 */
public final class AddressOwners {
  /** Addresses that one look may come across; where there are more, it cannot be told. */
  static final int ADDRESSES_MAX = 20_000;

  private final LiveFiles files;
  private final Includes includes;

  /** Whether an address is an account's. */
  public enum Answer {
    /** Mail for it comes to the account's mailbox. */
    OWN,
    /** It does not. */
    FOREIGN,
    /** An alias on the way cannot be read, or puts mail off. */
    UNKNOWN
  }

  /** An address with those that were replaced by it. */
  private record Step(EmailAddress address, @Nullable Step from) {

    /** As with the router, such an address is passed over by its alias. */
    boolean leadsBack() {
      for (Step before = from; before != null; before = before.from) {
        if (before.address.domain().equals(address.domain())
            && before.address.localPart().equalsIgnoreCase(address.localPart())) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * @param folder of the site
   */
  public AddressOwners(Path folder, LiveFiles files) {
    this.files = files;
    this.includes = new Includes(folder.toAbsolutePath().normalize());
  }

  /** Whether the address is this account's. */
  public Answer answer(EmailAddress address, EmailAddress account) {
    Deque<Step> waiting = new ArrayDeque<>(List.of(new Step(address, null)));
    boolean isUnknown = false;
    if (address.key().equals(account.key())) {
      return Answer.OWN;
    }
    for (int met = 1; !waiting.isEmpty(); ) {
      Step step = waiting.remove();
      switch (targets(step)) {
        case AliasTargets.Some(List<Target> targets) -> {
          met += targets.size();
          if (met > ADDRESSES_MAX) {
            return Answer.UNKNOWN;
          }
          targets.forEach(target -> follow(step, target, waiting));
        }
        case AliasTargets.None() -> {
          if (step.address().key().equals(account.key())) {
            return Answer.OWN;
          }
        }
        case AliasTargets.Defer _, AliasTargets.Wrong _ -> isUnknown = true;
        case AliasTargets.Fail _, AliasTargets.Blackhole _ -> {}
      }
    }
    return isUnknown ? Answer.UNKNOWN : Answer.FOREIGN;
  }

  private static void follow(Step step, Target target, Deque<Step> waiting) {
    switch (target) {
      case Target.Address(EmailAddress next) -> waiting.add(new Step(next, step));
      case Target.Pipe _, Target.File _ -> {}
    }
  }

  private AliasTargets targets(Step step) {
    EmailAddress address = step.address();
    if (step.leadsBack()) {
      return new AliasTargets.None();
    }
    try {
      return files
          .alias(address.domain(), address.unquotedLocalPart())
          .map(text -> AliasTargets.parse(text, address.domain(), includes))
          .orElseGet(AliasTargets.None::new);
    } catch (UncheckedIOException e) {
      return new AliasTargets.Wrong(String.valueOf(e.getMessage()));
    }
  }
}
