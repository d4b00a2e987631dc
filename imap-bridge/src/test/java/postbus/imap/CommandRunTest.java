package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRunTest {
  private static final Path NOTHING = Path.of("/dev/null");
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int OUTPUT_MAX = 1000;

  @TempDir Path folder;
  private Scripts scripts;

  @BeforeEach
  void makeRoom() throws IOException {
    scripts = Scripts.in(folder);
  }

  @Test
  void itEndsWithItsStatusAndTheFirstLineOfItsOutput() throws Exception {
    Path script =
        scripts.script("refuse", "echo", "echo '  no such list ' >&2", "echo more; exit 67");

    assertThat(end(script, LONG)).isEqualTo(new CommandEnd.Exited(67, "no such list"));
  }

  @Test
  void whatNoReplyMayHoldIsReplacedAndALongLineIsCut() throws Exception {
    Path odd = scripts.script("odd", "printf 'a\\tb\\033[1m\\303\\244\\r\\n'");
    Path chatty = scripts.script("chatty", "head -c 900 /dev/zero | tr '\\0' x");

    assertThat(end(odd, LONG)).isEqualTo(new CommandEnd.Exited(0, "a?b?[1m??"));
    assertThat(end(chatty, LONG))
        .isEqualTo(new CommandEnd.Exited(0, "x".repeat(CommandOutput.LINE_MAX)));
  }

  @Test
  void outputBeyondItsBoundIsThrownAway() throws Exception {
    Path script = scripts.script("flood", "echo first; head -c 20000000 /dev/zero; exit 3");

    assertThat(end(script, LONG)).isEqualTo(new CommandEnd.Exited(3, "first"));
  }

  @Test
  void writingWithoutEndDoesNotOutliveTheTimeLimit() throws Exception {
    assertThat(end(scripts.script("endless", "exec yes"), SHORT))
        .isEqualTo(new CommandEnd.TimedOut(SHORT));
  }

  @Test
  void theTimeLimitKillsAllThatWasStartedWhateverTheyIgnore() throws Exception {
    Path script =
        scripts.script(
            "stubborn",
            "trap '' TERM INT HUP",
            "sh -c \"echo \\$\\$ > '$seen/grandchild'; sleep 1000; true\" &",
            "setsid sh -c \"echo \\$\\$ > '$seen/elsewhere'; sleep 1000; true\" &",
            "(sh -c \"echo \\$\\$ > '$seen/orphan'; sleep 1000; true\" &)",
            "echo $$ > \"$seen/child\"",
            "while :; do sleep 1000; done");
    CommandRun run = start(script);
    List<ProcessHandle> all =
        List.of(
            scripts.process("child"),
            scripts.process("grandchild"),
            scripts.process("orphan"),
            scripts.process("elsewhere"));

    assertThat(run.await(SHORT, OUTPUT_MAX, () -> false)).isEqualTo(new CommandEnd.TimedOut(SHORT));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void aProcessLeftInTheBackgroundHoldsUpNobodyAndCannotFillTheMemory() throws Exception {
    Path script =
        scripts.script("leave", "echo done", "yes & echo $! > \"$seen/writer\"", "exit 0");
    Path quiet = scripts.script("quiet", "sleep 1000 & echo $! > \"$seen/sleeper\"");

    assertThat(end(script, LONG)).isEqualTo(new CommandEnd.Exited(0, "done"));
    await("nobody reads what it writes")
        .atMost(Duration.ofSeconds(30))
        .until(() -> isGone("writer"));
    assertThat(end(quiet, LONG)).isEqualTo(new CommandEnd.Exited(0, ""));
    assertThat(scripts.process("sleeper").destroyForcibly()).isTrue();
  }

  @Test
  void aSignalIsToldAsSuch() throws Exception {
    assertThat(end(scripts.script("killed", "kill -9 $$"), LONG))
        .isEqualTo(new CommandEnd.Exited(137, ""));
  }

  @Test
  void itIsKilledWhenItIsToStop() throws Exception {
    Path script = scripts.script("sleeps", "echo $$ > \"$seen/pid\"; exec sleep 1000");
    CommandRun run = start(script);
    ProcessHandle process = scripts.process("pid");

    assertThat(run.await(LONG, OUTPUT_MAX, () -> true)).isEqualTo(new CommandEnd.Stopped());
    await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
  }

  @Test
  void whatTheSystemCannotStartIsAnError() {
    assertThatThrownBy(() -> CommandRun.start(List.of("/no/such/program"), Map.of(), NOTHING))
        .isInstanceOf(IOException.class);
  }

  private boolean isGone(String name) throws IOException {
    return ProcessHandle.of(Long.parseLong(scripts.text(name).strip())).isEmpty();
  }

  private static CommandEnd end(Path script, Duration runMax) throws IOException {
    return start(script).await(runMax, OUTPUT_MAX, () -> false);
  }

  private static CommandRun start(Path script) throws IOException {
    return CommandRun.start(
        List.of("setsid", script.toString()), Map.of("PATH", "/bin:/usr/bin"), NOTHING);
  }
}
