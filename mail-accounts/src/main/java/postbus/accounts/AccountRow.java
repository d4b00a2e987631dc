package postbus.accounts;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;

/** An account as it stands in the table that {@code db/migration} makes. */
@Entity(name = "Account")
@Table(name = "accounts")
class AccountRow {
  @Id
  @Column(name = "address")
  private @Nullable String address;

  @Column(name = "password")
  private @Nullable String password;

  @Column(name = "quota_octets")
  private @Nullable Long quotaOctets;

  @Column(name = "may_log_in")
  private boolean mayLogIn = true;

  /** For Hibernate. */
  AccountRow() {}

  AccountRow(EmailAddress address, String password, OptionalLong quotaOctets) {
    this.address = address.key();
    this.password = password;
    quota(quotaOctets);
  }

  /** Whether it names an address. */
  boolean isAccount() {
    return EmailAddress.parse(String.valueOf(address)).isPresent();
  }

  @Override
  public String toString() {
    return String.valueOf(address);
  }

  Account account() {
    return new Account(
        EmailAddress.of(String.valueOf(address)),
        Optional.ofNullable(password).filter(hash -> !hash.isEmpty()).map(PasswordHash::of),
        quotaOctets == null ? OptionalLong.empty() : OptionalLong.of(quotaOctets),
        mayLogIn);
  }

  void password(String hash) {
    password = hash;
  }

  final void quota(OptionalLong octets) {
    quotaOctets = octets.isEmpty() ? null : octets.getAsLong();
  }

  void mayLogIn(boolean may) {
    mayLogIn = may;
  }
}
