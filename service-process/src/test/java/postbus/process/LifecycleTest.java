package postbus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import postbus.log.Stage;

class LifecycleTest {
  private static final ProcessSettings SETTINGS =
      new ProcessSettings(Path.of("site"), Path.of("data"), Duration.ofSeconds(1));

  @Test
  void refusesAStartWithTheWordsOfWhatFailed() {
    refuses(new IllegalStateException("the port is taken"), "door: the port is taken");
  }

  @Test
  void namesAFailureThatHasNoWords() {
    refuses(new NoSuchElementException(), "door: java.util.NoSuchElementException");
  }

  @Test
  void waitsLongerThanAStageNeedsToEnd() {
    assertThat(Lifecycle.STOP_MARGIN).isGreaterThan(Stage.CLOSE_MARGIN);
  }

  private static void refuses(RuntimeException failure, String words) {
    Lifecycle lifecycle = new Lifecycle(List.of(new Failing(failure)), SETTINGS);
    assertThatThrownBy(() -> lifecycle.start(new StartupEvent()))
        .isInstanceOf(StartRefused.class)
        .hasMessage(words);
  }

  private record Failing(RuntimeException failure) implements Part {
    @Override
    public String name() {
      return "door";
    }

    @Override
    public void start() {
      throw failure;
    }

    @Override
    public boolean isReady() {
      return false;
    }

    @Override
    public void stop() {
      // It has not begun.
    }
  }
}
