package postbus.scenario;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;

/** A scenario that fails prints what its processes said last. Found by JUnit as a service. */
public final class LastLines
    implements AfterTestExecutionCallback,
        AfterAllCallback,
        LifecycleMethodExecutionExceptionHandler {
  @Override
  public void afterTestExecution(ExtensionContext test) {
    if (test.getExecutionException().isPresent()) {
      print(test);
    }
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext test, Throwable failure)
      throws Throwable {
    print(test);
    throw failure;
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext test, Throwable failure)
      throws Throwable {
    print(test);
    throw failure;
  }

  private static void print(ExtensionContext test) {
    System.out.println(test.getDisplayName() + " failed\n" + ProcessOutput.ofAll());
  }

  @Override
  public void afterAll(ExtensionContext test) {
    ProcessOutput.forget();
  }
}
