package postbus.auth.spf;

import java.util.List;
import java.util.Optional;
import postbus.auth.spf.Mechanism.Directive;

/**
 * A domain's record, read whole before any of it is evaluated (RFC 7208, section 4.6).
 *
 * @param directives in their order
 * @param redirect whose record counts where no directive matches
 * @param explanation where the text for those who fail is
 */
record SpfRecord(
    List<Directive> directives, Optional<MacroString> redirect, Optional<MacroString> explanation) {

  SpfRecord {
    directives = List.copyOf(directives);
  }
}
