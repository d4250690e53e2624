# `make run` and `make test` install what is missing, build, and do what they say.

RELEASE = .build/release

.PHONY: help run test test-web test-tsan costs fuzz lint bench bench-growth screenshots requirements

help:
	@echo "make run     build the release and start a demo on http://127.0.0.1:8000"
	@echo "make test    build and run all tests (SOAK=1: the long sweeps in full)"
	@echo "make test-web  the JavaScript client and the web client, in Node and chromium"
	@echo "make test-tsan  the unit suites under the thread sanitizer"
	@echo "make costs   what a page, a send, a frame and a replayed event take, against limits"
	@echo "make fuzz    fuzz what reads journals, snapshots and sockets (FUZZ_SECONDS=60 for each)"
	@echo "make lint    check the format, the imports and the tree"
	@echo "make screenshots  take the pictures of the README"
	@echo "make bench   measure against the floors, in one run"
	@echo "make bench-growth  what grows with chats, messages, people and members"

requirements:
	@scripts/requirements $(EXTRA)

run: EXTRA = docs
run: requirements
	@scripts/swagger-ui
	@scripts/build-release
	@exec $(RELEASE)/nodus serve --demo --data-dir demo-data --snapshot-dir demo-snapshots $(ARGS)

test: EXTRA = test web
test: requirements
	@scripts/test

test-web: EXTRA = web
test-web: requirements
	@scripts/test-web

test-tsan: requirements
	@scripts/test-tsan

costs: EXTRA = test
costs: requirements
	@scripts/test-costs

fuzz: requirements
	@scripts/fuzz

lint:
	@scripts/lint

screenshots: EXTRA = web
screenshots: requirements
	@scripts/build-release
	@NODUS_BINARY=$(CURDIR)/$(RELEASE)/nodus scripts/screenshots

bench: EXTRA = bench web
bench-growth: EXTRA = bench
bench: requirements
	@scripts/build-release
	@scripts/browser-tools || true
	@scripts/bench

bench-growth: requirements
	@scripts/build-release
	@BAR=P9 ROUNDS=$${ROUNDS:-3} scripts/bench
