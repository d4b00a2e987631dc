<?php
// The variables of Roundcube's image, read as it starts.
function of(string $name, string $else): string {
    $file = getenv("ROUNDCUBEMAIL_{$name}_FILE");
    return $file ? trim(file_get_contents($file)) : (getenv("ROUNDCUBEMAIL_$name") ?: $else);
}
$config['db_dsnw'] = of('DSNW', 'sqlite:////var/roundcube/db/sqlite.db?mode=0640');
$config['imap_host'] = of('DEFAULT_HOST', 'localhost') . ':' . of('DEFAULT_PORT', '143');
$config['smtp_host'] = of('SMTP_SERVER', 'localhost') . ':' . of('SMTP_PORT', '587');
$config['username_domain'] = of('USERNAME_DOMAIN', '');
$config['skin'] = of('SKIN', 'elastic');
$config['plugins'] = preg_split('/[, ]+/', of('PLUGINS', 'archive,zipdownload'));
$config['des_key'] = of('DES_KEY', '');
$config['log_driver'] = 'stdout';
$config['temp_dir'] = '/tmp/roundcube-temp';
foreach (glob('/var/roundcube/config/*.php') as $more) {
    include $more;
}
