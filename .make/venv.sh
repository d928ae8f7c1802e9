#!/bin/sh
# Make the virtual environment with a Python that fits, and put the project on its path.
set -eu
venv=$1
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c "$fits" 2>/dev/null && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    :
else
    found=
    for candidate in ${PYTHON:-} python3.12 python3.11 python3; do
        if "$candidate" -c "$fits" >/dev/null 2>&1; then found=$candidate; break; fi
    done
    if [ -z "$found" ]; then
        echo "Cần Python 3.11 hoặc 3.12 nhưng máy này không có. Hãy cài (Debian: apt-get install python3 python3-venv) hoặc chỉ ra bằng: make run PYTHON=/đường/dẫn/python3.12" >&2
        exit 1
    fi
    if ! "$found" -c 'import ensurepip' >/dev/null 2>&1; then
        version=$("$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        export DEBIAN_FRONTEND=noninteractive
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null ||
            ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$version"; } >/dev/null 2>&1; then
            echo "Python trên máy này thiếu phần tạo môi trường riêng. Hãy cài rồi chạy lại: apt-get install $version (cần quyền root)." >&2
            exit 1
        fi
    fi
    rm -rf "$venv"
    "$found" -m venv "$venv"
fi

# A path file and a small script do what an editable install does, without a build step.
root=$(pwd -P)
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$root" > "$site/tracker-project.pth"
cat > "$venv/bin/tracker" <<END
#!/bin/sh
exec "$root/$venv/bin/python" -m tracker "\$@"
END
chmod +x "$venv/bin/tracker"
