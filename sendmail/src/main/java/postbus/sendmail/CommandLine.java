package postbus.sendmail;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters.Notify;
import postbus.sendmail.Request.Refused;
import postbus.sendmail.Request.RunSpool;
import postbus.sendmail.Request.ShowSpool;
import postbus.sendmail.Request.Submit;

/**
 * Reads the options of {@code sendmail} as Postfix's sendmail(1) does: those that mean nothing here
 * are passed over with their values, unknown ones are refused. Options may stand after recipients;
 * after {@code --} everything is a recipient.
 */
final class CommandLine {
  /** Options that have a value: behind them, or as the next argument. */
  private static final String WITH_VALUE = "ABCFLNORVXbefhopr";

  private static final String WITHOUT_VALUE = "GIUcimnqtvx";

  /** Characters of an envelope id (RFC 3461, section 4.4). */
  private static final int ENVID_MAX = 100;

  private final List<String> recipients = new ArrayList<>();
  private final Set<Notify> notices = EnumSet.noneOf(Notify.class);
  private boolean fromHeader;
  private boolean dotIsText;
  private boolean eightBit;
  private boolean verbose;
  private boolean showsSpool;
  private boolean runsSpool;
  private @Nullable String sender;
  private @Nullable String fullName;
  private Return returned = Return.UNSAID;
  private String envid = "";
  private @Nullable String refusal;

  private CommandLine() {}

  /**
   * @param program the name that it was called by: {@code mailq} and {@code newaliases} are options
   *     of their own
   */
  static Request read(String program, List<String> arguments) {
    CommandLine line = new CommandLine();
    if (program.equals("mailq")) {
      line.showsSpool = true;
    } else if (program.equals("newaliases")) {
      line.initializesAliases();
    }
    line.readAll(arguments);
    return line.request();
  }

  private Request request() {
    String why = refusal;
    if (why != null) {
      return new Refused(why);
    }
    if (showsSpool) {
      return new ShowSpool();
    }
    if (runsSpool) {
      return new RunSpool();
    }
    if (recipients.isEmpty() && !fromHeader) {
      return new Refused("recipients must be named, as arguments or in the header with -t");
    }
    return new Submit(
        List.copyOf(recipients),
        fromHeader,
        Optional.ofNullable(sender),
        Optional.ofNullable(fullName),
        dotIsText,
        eightBit,
        Set.copyOf(notices),
        new MailParameters(returned, envid, false),
        verbose);
  }

  private void readAll(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        recipients.addAll(arguments.subList(i + 1, arguments.size()));
        return;
      }
      if (argument.length() < 2 || argument.charAt(0) != '-') {
        recipients.add(argument);
        continue;
      }
      for (int at = 1; at < argument.length(); at++) {
        char option = argument.charAt(at);
        if (option == 'q') {
          runsSpool = true;
          // What follows it says how often a daemon would, or which part of the queue.
          break;
        }
        if (WITHOUT_VALUE.indexOf(option) >= 0) {
          set(option);
          continue;
        }
        boolean isLast = at == argument.length() - 1;
        if (WITH_VALUE.indexOf(option) < 0) {
          refuse("there is no option -" + option);
        } else if (isLast && i == arguments.size() - 1) {
          refuse("-" + option + " needs a value");
        } else {
          set(option, isLast ? arguments.get(++i) : argument.substring(at + 1));
        }
        break;
      }
    }
  }

  private void set(char option) {
    switch (option) {
      case 'i' -> dotIsText = true;
      case 't' -> fromHeader = true;
      case 'v' -> verbose = true;
      case 'I' -> initializesAliases();
      default -> {
        // Of no meaning here.
      }
    }
  }

  private void set(char option, String value) {
    switch (option) {
      case 'B' -> eightBit = value.equalsIgnoreCase("8BITMIME");
      case 'F' -> fullName = value;
      case 'N' -> notices(value);
      case 'R' -> returned(value);
      case 'V' -> envid(value);
      case 'b' -> mode(value);
      case 'f', 'r' -> sender = value;
      case 'o' -> old(value);
      default -> {
        // Of no meaning here.
      }
    }
  }

  private void old(String value) {
    switch (value) {
      case "i" -> dotIsText = true;
      case "8" -> eightBit = true;
      default -> {
        // Delivery modes, error modes and the like: the server's business.
      }
    }
  }

  private void mode(String mode) {
    switch (mode) {
      case "m" -> {}
      case "p" -> showsSpool = true;
      case "i" -> initializesAliases();
      case "s" -> refuse("-bs is not done here; speak SMTP to the server itself");
      case "d", "l" -> refuse("-b" + mode + " is not done here; ./postbus run is the server");
      case "v" -> refuse("-bv is not done here; ./postbus route says where mail would go");
      default -> refuse("there is no mode -b" + mode);
    }
  }

  private void initializesAliases() {
    refuse("aliases are not built; those in the site folder count as soon as they are saved");
  }

  private void notices(String value) {
    for (String name : value.split(",", -1)) {
      switch (name.strip().toUpperCase(Locale.ROOT)) {
        case "NEVER" -> notices.add(Notify.NEVER);
        case "SUCCESS" -> notices.add(Notify.SUCCESS);
        case "FAILURE" -> notices.add(Notify.FAILURE);
        case "DELAY" -> notices.add(Notify.DELAY);
        default -> refuse("-N takes never, or failure, delay and success; not " + name);
      }
    }
    if (notices.contains(Notify.NEVER) && notices.size() > 1) {
      refuse("-N never stands alone");
    }
  }

  private void returned(String value) {
    switch (value.toUpperCase(Locale.ROOT)) {
      case "FULL" -> returned = Return.FULL;
      case "HDRS" -> returned = Return.HDRS;
      default -> refuse("-R takes full or hdrs, not " + value);
    }
  }

  private void envid(String value) {
    if (value.length() > ENVID_MAX || !value.matches("[!-~&&[^=]]+")) {
      refuse("-V takes up to " + ENVID_MAX + " printable characters without space and =");
    } else {
      envid = value.replace("+", "+2B");
    }
  }

  /** The first reason stays. */
  private void refuse(String why) {
    if (refusal == null) {
      refusal = why;
    }
  }
}
