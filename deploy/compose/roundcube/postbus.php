<?php
// Dovecot and Postbus show the site's certificate, whose name is not that of their containers. One for trials vouches for itself.
$file = '/run/postbus/certificate.pem';
$certificate = openssl_x509_parse(file_get_contents($file));
$tls = ['peer_name' => $certificate['subject']['CN']];
if ($certificate['subject'] === $certificate['issuer']) {
    $tls['cafile'] = $file;
}
$config['imap_conn_options'] = $config['smtp_conn_options'] = ['ssl' => $tls];

// So that who is logged in stays so when the container is made anew.
$config['des_key'] = trim(file_get_contents('/run/postbus/des-key'));
