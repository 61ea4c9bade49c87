# One image for web, worker and beat. The packages are those of the Makefile's list, without the test browser.
FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core gettext \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 engraft
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --chown=engraft . .
RUN python manage.py collectstatic --noinput && mkdir -p /data && chown engraft /data
USER engraft
ENV ENGRAFT_DATA=/data PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["gunicorn", "qms.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8"]
