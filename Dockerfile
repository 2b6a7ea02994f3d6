# One file, three small targets: actions, gateway, bot. Build: docker compose build
FROM python:3.11-slim AS base-app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/srv
WORKDIR /srv
RUN useradd --system --uid 1000 thuiswijzer
COPY requirements/app.txt requirements/app.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/app.txt
COPY actions actions
COPY data data

FROM base-app AS actions
ENV SANIC_HOST=0.0.0.0
USER thuiswijzer
EXPOSE 5055
CMD ["python", "-m", "rasa_sdk", "--actions", "actions.dialogue", "-p", "5055"]

FROM base-app AS gateway
COPY channels channels
COPY locales locales
COPY docs/gemeente docs/gemeente
RUN mkdir /srv/.run && chown thuiswijzer /srv/.run
USER thuiswijzer
EXPOSE 8080
CMD ["python", "-m", "channels.cli", "serve"]

FROM python:3.10-slim AS bot
ENV PYTHONUNBUFFERED=1 PYTHONPATH=/srv OMP_NUM_THREADS=1 RASA_TELEMETRY_ENABLED=false PYTHONWARNINGS=ignore \
    SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2
WORKDIR /srv
RUN useradd --system --uid 1000 --create-home thuiswijzer
COPY requirements/engine.txt requirements/engine.txt
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/engine.txt
COPY bot bot
COPY data data
RUN python bot/train.py --out .models
USER thuiswijzer
EXPOSE 5005
CMD ["sh", "-c", "exec python -m rasa run --model .models --enable-api --auth-token \"$RASA_TOKEN\" --endpoints bot/endpoints.yml --credentials bot/credentials.yml -i 0.0.0.0 -p 5005 --quiet"]
