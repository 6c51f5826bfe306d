using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .consumer)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const consumer :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "losskit.wasm", wasm = embed "losskit.wasm"),
  ],
);
