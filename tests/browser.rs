//! A browser to look at pages with: Chromium, spoken to over its DevTools
//! protocol.

use serde_json::{Value as Json, json};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Chromium with one tab; it ends with the test.
pub struct Browser {
    chromium: Child,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    /// What ties a call to the tab; none until one is attached to.
    session: Option<String>,
    calls: u64,
    events: Vec<Json>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts `chromium`, or what the variable CHROMIUM names.
    pub fn start() -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let program = env::var("CHROMIUM").unwrap_or("chromium".to_string());
        let chromium = Command::new(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args([
                "--disable-sync",
                "--disable-quic",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stderr(Stdio::null())
            .spawn()
            .expect("chromium starts");
        let socket = connect(profile.path());
        let mut browser = Browser {
            chromium,
            socket,
            session: None,
            calls: 0,
            events: Vec::new(),
            _profile: profile,
        };
        browser.attach();
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}));
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call("Target.attachToTarget", target);
        self.session = session["sessionId"].as_str().map(String::from);
    }

    /// Makes the window so many CSS pixels wide.
    pub fn width(&mut self, width: u32) -> &mut Browser {
        let metrics =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        self
    }

    /// Has pages shown in one of mdBook's themes.
    pub fn theme(&mut self, theme: &str) -> &mut Browser {
        self.evaluate(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        self
    }

    /// Forbids pages to run scripts, or allows it again.
    pub fn scripts(&mut self, allowed: bool) -> &mut Browser {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": !allowed}),
        );
        self
    }

    /// As a phone is touched: with fingers.
    pub fn touch(&mut self) -> &mut Browser {
        let touch = json!({"enabled": true, "maxTouchPoints": 5});
        self.call("Emulation.setTouchEmulationEnabled", touch);
        self
    }

    /// Paints as for readers who choose all colours themselves.
    pub fn forced_colors(&mut self) -> &mut Browser {
        let feature = json!({"name": "forced-colors", "value": "active"});
        self.call("Emulation.setEmulatedMedia", json!({"features": [feature]}));
        self
    }

    /// As for readers who want nothing to move.
    pub fn still(&mut self) -> &mut Browser {
        let feature = json!({"name": "prefers-reduced-motion", "value": "reduce"});
        self.call("Emulation.setEmulatedMedia", json!({"features": [feature]}));
        self
    }

    /// From now on everything comes through a slow line, as on a phone.
    pub fn slow(&mut self) -> &mut Browser {
        let line = json!({
            "offline": false, "latency": 100, "downloadThroughput": 400_000, "uploadThroughput": 100_000,
        });
        self.call("Network.emulateNetworkConditions", line);
        self
    }

    /// From now on its processor is so many times slower.
    pub fn slower(&mut self, times: u32) -> &mut Browser {
        self.call("Emulation.setCPUThrottlingRate", json!({ "rate": times }));
        self
    }

    /// Opens a page and waits until it is there.
    pub fn open(&mut self, address: &str) -> &mut Browser {
        // From a page to a place in itself is no navigation; by way of another
        // page it is.
        for address in ["about:blank", address] {
            self.events.clear();
            self.call("Page.navigate", json!({"url": address}));
            self.wait_for_event("Page.loadEventFired");
        }
        self
    }

    /// The value of a JavaScript expression; a promise is waited for.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Json {
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
        });
        let answer = self.call("Runtime.evaluate", parameters);
        if let Some(details) = answer.get("exceptionDetails") {
            panic!("{expression}: {details}");
        }
        answer["result"]["value"].clone()
    }

    /// What the tab shows, from its upper left corner on, as PNG in base64.
    pub fn screenshot(&mut self, width: u32, height: u32) -> String {
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
        let picture = self.call("Page.captureScreenshot", json!({"clip": clip}));
        picture["data"].as_str().unwrap().to_string()
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn wait_until(&mut self, expression: &str) -> &mut Browser {
        let start = Instant::now();
        while self.evaluate(expression) != json!(true) {
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain until {expression}"
            );
            thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// Presses a key: `Tab`, `ArrowRight`, `Enter`, a space, ….
    pub fn press(&mut self, key: &str) -> &mut Browser {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            " " => 32,
            "End" => 35,
            "Home" => 36,
            "ArrowRight" => 39,
            other => panic!("no code for the key {other}"),
        };
        let text = match key {
            "Enter" => "\r",
            " " => " ",
            _ => "",
        };
        for event in ["keyDown", "keyUp"] {
            let parameters = json!({
                "type": event, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text,
            });
            self.call("Input.dispatchKeyEvent", parameters);
        }
        self
    }

    /// What the page said on the console since it was opened, errors included.
    pub fn messages(&mut self) -> Vec<String> {
        let said = [
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
        ];
        self.events_of(&said)
            .iter()
            .map(|event| event["params"].to_string())
            .collect()
    }

    /// The addresses that the page has asked for since it was opened.
    pub fn requests(&mut self) -> Vec<String> {
        let requests = self.events_of(&["Network.requestWillBeSent"]);
        let address = |event: &Json| event["params"]["request"]["url"].as_str().map(String::from);
        requests.iter().filter_map(address).collect()
    }

    fn events_of(&mut self, methods: &[&str]) -> Vec<Json> {
        // A call comes back after all events that went before it.
        self.evaluate("0");
        let is_one = |event: &&Json| methods.iter().any(|method| event["method"] == *method);
        self.events.iter().filter(is_one).cloned().collect()
    }

    fn call(&mut self, method: &str, parameters: Json) -> Json {
        self.calls += 1;
        let mut call = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            call["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(call.to_string())).unwrap();
        loop {
            let message = self.receive();
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
        }
    }

    fn wait_for_event(&mut self, method: &str) {
        while self.events.iter().all(|event| event["method"] != method) {
            self.receive();
        }
    }

    /// The next message; an event is also kept.
    fn receive(&mut self) -> Json {
        let text = self
            .socket
            .read()
            .expect("chromium answers")
            .into_text()
            .unwrap();
        let message: Json = serde_json::from_str(&text).unwrap();
        if message["id"].is_null() {
            self.events.push(message.clone());
        }
        message
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.chromium.kill();
        let _ = self.chromium.wait();
    }
}

/// Connects to the Chromium that keeps its profile there.
fn connect(profile: &Path) -> WebSocket<MaybeTlsStream<TcpStream>> {
    let start = Instant::now();
    let address = loop {
        let told = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        if let [port, path] = told.lines().collect::<Vec<_>>()[..] {
            break format!("ws://127.0.0.1:{port}{path}");
        }
        assert!(
            start.elapsed() < PATIENCE,
            "chromium does not say where it listens"
        );
        thread::sleep(Duration::from_millis(10));
    };
    let (socket, _) = tungstenite::connect(address).unwrap();
    if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
    }
    socket
}
