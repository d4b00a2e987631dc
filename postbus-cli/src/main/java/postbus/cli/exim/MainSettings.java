package postbus.cli.exim;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translates the main section's options: limits, the certificate, times of the queue. */
final class MainSettings {
  private static final Pattern TIME = Pattern.compile("(\\d+)([smhdw])");
  private static final Pattern RULE = Pattern.compile("[FGH],\\s*(\\w+)\\s*,.*");

  private final Block main;
  private final SiteDraft draft;
  private final Notes notes;

  MainSettings(Block main, SiteDraft draft, Notes notes) {
    this.main = main;
    this.draft = draft;
    this.notes = notes;
  }

  void translate(EximConfig config, String primaryHostname) {
    main.ignore("exim_user", "exim_group", "spool_directory", "log_file_path", "log_selector");
    main.ignore(
        "host_lookup", "rfc1413_hosts", "rfc1413_query_timeout", "never_users", "primary_hostname");
    main.ignore(
        "daemon_smtp_ports", "daemon_smtp_port", "split_spool_directory", "tls_advertise_hosts");
    for (String event :
        List.of("connect", "helo", "mail", "rcpt", "predata", "data", "quit", "starttls")) {
      main.ignore("acl_smtp_" + event); // Their statements are told by themselves.
    }
    if (main.look("qualify_domain").equals(primaryHostname)) {
      main.ignore("qualify_domain");
    }
    number("message_size_limit", "\\d+[KMG]?", "size-max");
    number("recipients_max", "\\d+", "recipients-max");
    number("smtp_accept_max", "\\d+", "connections-max");
    number("smtp_accept_max_per_host", "\\d+", "connections-per-client-max");
    if (main.look("tls_certificate").startsWith("/")
        && main.look("tls_privatekey").startsWith("/")) {
      main.take("tls_certificate").ifPresent(file -> draft.put(file, "tls", "certificate-file"));
      main.take("tls_privatekey").ifPresent(file -> draft.put(file, "tls", "key-file"));
    }
    retry(config);
    logins(config);
  }

  private void number(String option, String form, String key) {
    if (main.look(option).matches(form)) {
      main.take(option).ifPresent(value -> draft.put(value, "sessions", key));
    }
  }

  /** The end of the queue; the steps on the way there are Postbus's own. */
  private void retry(EximConfig config) {
    Setting rule = config.retries.get("* *");
    if (rule == null) {
      return;
    }
    String[] steps = rule.value().split("\\s*;\\s*");
    Matcher last = RULE.matcher(steps[steps.length - 1]);
    Optional<String> lifetime = last.matches() ? time(last.group(1)) : Optional.empty();
    if (lifetime.isPresent()) {
      draft.put(lifetime.get(), "retry", "lifetime");
      notes.add(
          rule.place(),
          "mail goes back after "
              + lifetime.get()
              + "; for `"
              + rule.take()
              + "` see retry.delays in docs/site.md");
    }
    Optional<String> warning = Optional.of(main.look("delay_warning")).flatMap(MainSettings::time);
    if (warning.isPresent()) {
      main.ignore("delay_warning");
      draft.put(warning.get(), "retry", "delay-notice");
    } else if (lifetime.filter(time -> seconds(time) <= seconds("4h")).isPresent()) {
      draft.put("never", "retry", "delay-notice");
    }
  }

  /** Exim's notation in ours, which knows no weeks. */
  private static Optional<String> time(String exims) {
    Matcher time = TIME.matcher(exims);
    return !time.matches()
        ? Optional.empty()
        : Optional.of(
            time.group(2).equals("w") ? Integer.parseInt(time.group(1)) * 7 + "d" : exims);
  }

  private static long seconds(String time) {
    long number = Long.parseLong(time.substring(0, time.length() - 1));
    return switch (time.charAt(time.length() - 1)) {
      case 'm' -> number * 60;
      case 'h' -> number * 3600;
      case 'd' -> number * 86400;
      default -> number;
    };
  }

  private void logins(EximConfig config) {
    for (Block authenticator : config.authenticators.values()) {
      if (authenticator.look("driver").equals("dovecot")) {
        draft.put("dovecot", "login", "through");
        draft.put(authenticator.take("server_socket", ""), "login", "dovecot-socket");
        authenticator.ignore("driver", "public_name", "server_set_id");
        authenticator.ignore("server_advertise_condition");
      }
    }
  }
}
