package postbus.ingress;

/** What is said to somebody who wants to log in. */
sealed interface LoginAnswer {

  /** He is who he says. {@code account} is its address. */
  record Welcome(String account) implements LoginAnswer {}

  /** There is no such account, or that is not its password; nobody is told which. */
  record WrongPassword() implements LoginAnswer {}

  /** That is its password, but the account is closed to its owner. */
  record MayNotLogIn() implements LoginAnswer {}

  /** Nobody knows now. {@code why} is for the log. */
  record Away(String why) implements LoginAnswer {}
}
