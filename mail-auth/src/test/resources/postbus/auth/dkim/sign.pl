# Signs each of the mails named in every way that Mail::DKIM knows, each into a file of its own.
# usage: sign.pl RSA-KEY MAIL...
use strict;
use warnings;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;

my $key = Mail::DKIM::PrivateKey->load(File => shift);
for my $path (@ARGV) {
    open my $in, '<:raw', $path or die $!;
    my $mail = do { local $/; <$in> };
    for my $header ('simple', 'relaxed') {
        for my $body ('simple', 'relaxed') {
            my $signer = Mail::DKIM::Signer->new(
                Algorithm => 'rsa-sha256',
                Method => "$header/$body",
                Domain => 'football.example.com',
                Selector => 'test',
                Key => $key,
            );
            $signer->PRINT($mail);
            $signer->CLOSE;
            open my $out, '>:raw', "$path.perl-$header-$body" or die $!;
            print $out $signer->signature->as_string, "\r\n", $mail;
        }
    }
}
