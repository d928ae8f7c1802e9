#!/bin/sh
# What the machine needs beside Python: add it as root on Debian, elsewhere say in one line what is missing and what that costs.
# usage: machine.sh run | test | complete      (complete prints 1 where nothing may be skipped: root, and nothing missing)
set -eu
purpose=$1

has() {
    case $1 in
        poppler-utils) command -v pdftotext >/dev/null ;;
        tesseract-ocr) command -v tesseract >/dev/null ;;
        tesseract-ocr-vie) tesseract --list-langs 2>/dev/null | grep -qx vie ;;
        chromium) [ -x /usr/bin/chromium ] ;;
        git) command -v git >/dev/null ;;
        dovecot-imapd) [ -x /usr/lib/dovecot/imap ] ;;
        nginx) [ -x /usr/sbin/nginx ] ;;
        openssl) command -v openssl >/dev/null ;;
        fonts-liberation) ls /usr/share/fonts/truetype/liberation*/LiberationSerif-Regular.ttf >/dev/null 2>&1 ;;
        libreoffice-writer-nogui) ls /usr/lib/libreoffice/program/libswlo.so >/dev/null 2>&1 ;;
        clamav-daemon) [ -x /usr/sbin/clamd ] ;;
        libreoffice-calc-nogui) ls /usr/lib/libreoffice/program/libsclo.so >/dev/null 2>&1 ;;
    esac
}

cost() {
    case $1 in
        poppler-utils) echo "PDF có ô điền hoặc phông lạ đọc kém chính xác" ;;
        tesseract-ocr | tesseract-ocr-vie) echo "không đọc được bản quét" ;;
        *) echo "một số kiểm thử bị bỏ qua" ;;
    esac
}

packages="poppler-utils tesseract-ocr tesseract-ocr-vie"
[ "$purpose" = run ] || packages="$packages git chromium dovecot-imapd nginx openssl fonts-liberation libreoffice-writer-nogui libreoffice-calc-nogui clamav-daemon"

missing() {
    for package in $packages; do has "$package" || printf '%s ' "$package"; done
}

debian_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && grep -qiE '^ID(_LIKE)?=.*debian' /etc/os-release
}

lacking=$(missing)
if [ "$purpose" = complete ]; then
    if [ "$(id -u)" = 0 ] && [ -z "$lacking" ]; then echo 1; else echo 0; fi
    exit 0
fi
if [ -n "$lacking" ] && debian_root; then
    echo "Đang cài các gói của hệ thống: $lacking"
    export DEBIAN_FRONTEND=noninteractive
    # The tests bring a signature of their own: no service of ClamAV is started, no database of signatures is downloaded.
    case $lacking in *clamav*) [ ! -d /run/systemd/system ] || systemctl --quiet --runtime mask clamav-freshclam.service clamav-daemon.service || true ;; esac
    if apt-get -qq -o APT::Update::Error-Mode=any update >/dev/null 2>&1; then
        # shellcheck disable=SC2086  # a list of names
        if ! said=$(apt-get -qq install -y --no-install-recommends $lacking 2>&1); then
            printf '%s\n' "$said" | tail -n 5 >&2
            if [ "$purpose" = test ]; then
                echo "Không cài được: $lacking" >&2
                exit 1
            fi
        fi
    fi
    lacking=$(missing)
fi
if [ -n "$lacking" ]; then
    printf 'Máy còn thiếu:'
    for package in $lacking; do printf ' %s (%s);' "$package" "$(cost "$package")"; done
    echo ' phần còn lại vẫn chạy.'
fi
