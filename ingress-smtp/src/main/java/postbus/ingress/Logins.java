package postbus.ingress;

/** Knows accounts and their passwords. Safe for all threads. */
interface Logins extends AutoCloseable {

  /** Blocks, never longer than {@code login.wait}; does not keep the credentials. */
  LoginAnswer ask(LoginQuestion question);

  /** Gives up what it holds open. */
  @Override
  default void close() {}
}
