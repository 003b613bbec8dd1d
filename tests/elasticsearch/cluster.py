"""Real Elasticsearch nodes on this machine, from the jars that Elastic publishes for Java's Maven.

    with Cluster(folder, size=2) as cluster:
        ...                         # cluster.urls() are their addresses
        cluster.nodes[1].kill()     # SIGKILL
        cluster.nodes[1].start()    # again, with the same data and the same address

`prepare` fetches and compiles once into `var/`. A node ends with the process that started it, or
with the last of those that share it (`join`), however they end: its standard input is a pipe that
they hold open.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["NEXT_VERSION", "VERSION", "CannotRun", "Cluster", "Node", "java", "prepare"]

SOURCES = Path(__file__).resolve().parent
ROOT = SOURCES.parent.parent
VERSION = os.environ.get("ELASTICSEARCH_VERSION", "") or "8.19.21"
NEXT_VERSION = "9.5.3"
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
# What Java each version needs, the first that fits.
JAVA_OF = {"8": 17, "9": 21}
START_SECONDS = 240
MEASURED = ["-XX:+AlwaysPreTouch"]
UNMEASURED = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]


class CannotRun(Exception):
    """There is no Java or no Maven, or the jars cannot be had. The message says what to do."""


def java(version: str = VERSION) -> Path:
    """The Java that runs this version: of JAVA_HOME, of the path, or a newer one that is installed.

    Raises:
        CannotRun: there is none that is new enough.
    """
    needed = JAVA_OF.get(version.split(".")[0], 21)
    homes = [os.environ.get("JAVA_HOME", "") or "/nowhere"]
    if on_path := shutil.which("java"):
        homes.append(str(Path(on_path).resolve().parent.parent))
    homes += sorted(map(str, Path("/usr/lib/jvm").glob("*")))
    for home in map(Path, homes):
        if (home / "bin" / "javac").exists() and _release(home) >= needed:
            return home
    raise CannotRun(
        f"Elasticsearch {version} needs a JDK {needed} or newer: run make test once, which "
        "installs OpenJDK and Maven, or set JAVA_HOME."
    )


def _release(home: Path) -> int:
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text("utf-8"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def prepare(version: str = VERSION) -> Path:
    """Fetch and compile what a node of this version runs on, unless it is there; its folder.

    Raises:
        CannotRun: Java or Maven is missing, or Maven cannot fetch the jars.
    """
    jdk = java(version)
    folder = ROOT / "var" / f"elasticsearch-{version}"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_of = "".join(
            path.read_text("utf-8")
            for path in sorted(SOURCES.iterdir())
            if path.suffix != ".py" and path.is_file()
        )
        done = folder / "made-of"
        if done.exists() and done.read_text("utf-8") == made_of:
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        _fetch("org.elasticsearch", "elasticsearch", version, folder / "lib", jdk)
        module = folder / "modules" / "transport-netty4"
        _fetch("org.elasticsearch.plugin", "transport-netty4", version, module, jdk)
        for jar in (folder / "lib").iterdir():
            (module / jar.name).unlink(missing_ok=True)
        with zipfile.ZipFile(module / f"transport-netty4-{version}.jar") as jar_file:
            inside = "META-INF/es-plugins/transport-netty4/plugin-descriptor.properties"
            text = jar_file.read(inside).decode()
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        (module / "plugin-descriptor.properties").write_text("\n".join(lines) + "\n", "utf-8")
        _compile(jdk, folder, "Launcher.java", folder / "launcher")
        done.write_text(made_of, "utf-8")
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fetch(group: str, artifact: str, version: str, folder: Path, jdk: Path) -> None:
    if not shutil.which("mvn"):
        raise CannotRun("Maven is not installed: run make test once, which installs it.")
    _run(
        ["mvn", "-q", "-B", "-f", SOURCES / "pom.xml", MAVEN_COPY, f"-Dgroup={group}",
         f"-Dartifact={artifact}", f"-Dversion={version}", f"-DoutputDirectory={folder}",
         "-DincludeScope=runtime"],
        JAVA_HOME=str(jdk),
    )  # fmt: skip


def _compile(jdk: Path, folder: Path, source: str, target: Path) -> None:
    _run([jdk / "bin" / "javac", "-cp", folder / "lib" / "*", "-d", target, SOURCES / source])


def _run(command: list[str | Path], **environment: str) -> None:
    result = subprocess.run(
        list(map(str, command)), env=os.environ | environment, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip
    if result.returncode:
        last = (result.stdout + result.stderr).strip().splitlines()[-8:]
        raise CannotRun(f"{command[0]} failed: " + "\n".join(last))


class Node:
    """One node with a home and, once it was started, an address of its own."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        """Make the home; nothing runs yet."""
        self.cluster = cluster
        self.name = name
        self.home = cluster.folder / name
        self.process: subprocess.Popen[bytes] | None = None
        self._input: int | None = None
        self.http, self.transport = "127.0.0.1:0", "127.0.0.1:0"

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None

    def launch(self) -> None:
        """Start the process without waiting for it to answer."""
        if self.is_running:
            return
        installed = prepare(self.cluster.version)
        config, _logs = _made(self.home / "config"), _made(self.home / "logs")
        shutil.copy(SOURCES / "log4j2.properties", config)
        if not (self.home / "modules").exists():
            (self.home / "modules").symlink_to(installed / "modules")
        settings = self.cluster.settings_of(self)
        # JSON is YAML.
        (config / "elasticsearch.yml").write_text(json.dumps(settings, indent=1), "utf-8")
        for ports in self.home.glob("logs/*.ports"):
            ports.unlink()
        jdk = java(self.cluster.version)
        manager = ["-Djava.security.manager=allow"] if _release(jdk) < 24 else []
        heap = self.cluster.heap
        pipe = self.home / "input"
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        standard_input = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # else it waits for a writer
        self._input = os.open(pipe, os.O_WRONLY)
        os.set_blocking(standard_input, True)
        with (self.home / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                [jdk / "bin" / "java", f"-Xms{heap}", f"-Xmx{heap}", *self.cluster.java_options,
                 *manager, f"-Des.path.home={self.home}", "--module-path", installed / "lib",
                 "--add-modules", "ALL-MODULE-PATH,jdk.net,jdk.management.agent",
                 "-cp", installed / "launcher", "Launcher"],
                stdin=standard_input, stdout=output, stderr=output, cwd=self.home,
                # Ctrl-C is for the process that started the node, which then stops it.
                start_new_session=True,
            )  # fmt: skip
        os.close(standard_input)

    def join(self) -> bool:
        """Use the node that another process runs in this home; whether there is one."""
        try:
            self._input = os.open(self.home / "input", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # it was never started, or nobody reads the pipe any more
            return False
        return self._has_ports()

    def leave(self) -> None:
        """Let it end by itself as soon as nobody else uses it."""
        if self._input is not None:
            os.close(self._input)
            self._input = None

    def wait(self) -> None:
        """Wait until it answers and is one of the cluster.

        Raises:
            CannotRun: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.is_running:
                raise CannotRun(f"The node ended: see {self.home / 'output.log'}\n{self._tail()}")
            if self._has_ports() and self._is_well():
                return
            time.sleep(0.05)
        raise CannotRun(f"The node does not answer.\n{self._tail()}")

    def start(self) -> None:
        """Start it, or start it again with its data and address, and wait until it answers."""
        self.launch()
        self.wait()

    def stop(self) -> None:
        """Stop it in good order."""
        self.leave()
        if self.process is None:
            return
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None
        self.leave()

    def freeze(self) -> None:
        """Let it hang: it accepts connections and answers nothing, until `thaw`."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def wipe(self) -> None:
        """Lose its data: stop it, and start it without any."""
        self.stop()
        shutil.rmtree(self.home / "data", ignore_errors=True)
        self.start()

    def _has_ports(self) -> bool:
        """Whether the node has written down which ports it was given; keep them for a restart."""
        found = {}
        for kind in ("http", "transport"):
            try:
                lines = (self.home / "logs" / f"{kind}.ports").read_text("utf-8").split()
            except OSError:
                return False
            found[kind] = next((line for line in lines if line.startswith("127.")), "")
        if all(found.values()):
            self.http, self.transport = found["http"], found["transport"]
        return all(found.values())

    def _is_well(self) -> bool:
        running = sum(node.is_running for node in self.cluster.nodes)
        path = f"/_cluster/health?wait_for_status=yellow&wait_for_nodes=>={running}&timeout=2s"
        try:
            return not self.ask(path)["timed_out"]
        except (OSError, ValueError):
            return False

    def ask(self, path: str) -> Any:
        """What it answers to a GET."""
        with urllib.request.urlopen(f"http://{self.http}{path}", timeout=5) as answer:
            return json.load(answer)

    def _tail(self) -> str:
        return "\n".join((self.home / "output.log").read_text("utf-8").splitlines()[-15:])


class Cluster:
    """One to three nodes. Two: the second only holds data, so the first goes on without it."""

    def __init__(
        self,
        folder: Path,
        *,
        size: int = 1,
        heap: str = "512m",
        version: str = VERSION,
        is_measured: bool = False,
    ) -> None:
        """`folder` holds the nodes' homes. Nothing runs yet.

        Nodes that nobody measures compile Java only quickly: that saves most of their computing.
        """
        self.folder = folder
        self.heap = heap
        self.version = version
        self.java_options = MEASURED if is_measured else UNMEASURED
        self.nodes = [Node(self, f"node-{number + 1}") for number in range(size)]

    def start(self) -> None:
        """Start all nodes and wait until they have found each other."""
        try:
            for node in self.nodes:
                node.start()
        except BaseException:
            self.stop()
            raise

    def add_node(self) -> Node:
        """One node more, started."""
        node = Node(self, f"node-{len(self.nodes) + 1}")
        self.nodes.append(node)
        node.start()
        return node

    def stop(self) -> None:
        """Stop all nodes, the last one first."""
        for node in reversed(self.nodes):
            node.thaw()
            node.stop()

    def kill(self) -> None:
        """End all nodes at once."""
        for node in self.nodes:
            node.kill()

    def search_engine(self, prefix: str) -> dict[str, Any]:
        """The setting SEARCH_ENGINE for a prefix of its own."""
        return {"hosts": [f"http://{node.http}" for node in self.nodes], "prefix": prefix}

    def delete(self, prefix: str) -> None:
        """Remove all indexes that begin with a prefix."""
        address = f"http://{self.nodes[0].http}/{prefix}*"
        request = urllib.request.Request(address, method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310

    def urls(self, prefix: str = "") -> str:
        """Their addresses as SEARCH_URL wants them."""
        hosts = ",".join(node.http for node in self.nodes)
        return f"http://{hosts}/{prefix}"

    def settings_of(self, node: Node) -> dict[str, Any]:
        """What stands in a node's elasticsearch.yml."""
        first = self.nodes[0]
        others = [one.transport for one in self.nodes if one is not node and one.is_running]
        settings: dict[str, Any] = {
            "cluster.name": "tests",
            "node.name": node.name,
            "node.portsfile": True,
            "network.host": "127.0.0.1",
            "http.port": node.http.rpartition(":")[2],
            "transport.port": node.transport.rpartition(":")[2],
            "discovery.seed_hosts": others,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "action.destructive_requires_name": False,
        }
        if node is first:
            settings["cluster.initial_master_nodes"] = [first.name]
        elif len(self.nodes) == 2:
            settings["node.roles"] = ["data", "ingest"]
        return settings

    def __enter__(self) -> Cluster:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()
