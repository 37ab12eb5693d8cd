//! A browser of one of three engines, spoken to over W3C WebDriver.

use fantoccini::actions::{
    Actions, InputSource, MOUSE_BUTTON_LEFT, MouseActions, PenActions, PointerAction, TouchActions,
};
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value as Json, json};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Clone, Copy, Debug)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// The driver's program, and what it is asked for.
    fn driver(self) -> (&'static str, Json) {
        match self {
            Engine::Chromium => {
                let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu"];
                let options = json!({"args": arguments});
                ("chromedriver", json!({"goog:chromeOptions": options}))
            }
            Engine::Firefox => {
                let options = json!({"args": ["-headless"], "binary": "/usr/bin/firefox-esr"});
                ("geckodriver", json!({"moz:firefoxOptions": options}))
            }
            // It has no mode without a screen: run it under Xvfb.
            Engine::WebKit => ("WebKitWebDriver", json!({})),
        }
    }
}

/// A running browser with one window; it ends with the test.
pub struct Browser {
    pub engine: Engine,
    driver: Child,
    client: Client,
    runtime: Runtime,
}

impl Browser {
    /// Starts an engine's driver, and the browser through it.
    pub fn start(engine: Engine) -> Browser {
        let (program, capabilities) = engine.driver();
        let port = free_port();
        let driver = Command::new(program)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "{program} does not listen");
            sleep(Duration::from_millis(20));
        }
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut capabilities: Map<String, Json> = serde_json::from_value(capabilities).unwrap();
        let timeouts = json!({ "script": PATIENCE.as_millis() as u64 });
        capabilities.insert("timeouts".to_string(), timeouts);
        let mut client = ClientBuilder::new(HttpConnector::new());
        let client = client.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{port}");
        let client = runtime.block_on(client.connect(&address));
        let client = client.unwrap_or_else(|error| panic!("{engine:?} does not start: {error}"));
        let mut browser = Browser {
            engine,
            driver,
            client,
            runtime,
        };
        browser.size(1440, 900);
        browser
    }

    /// Gives the window so many pixels, its frame included.
    pub fn size(&mut self, width: u32, height: u32) -> &mut Browser {
        self.wait_for(self.client.set_window_rect(0, 0, width, height));
        self
    }

    /// Opens a page and waits until it is there.
    pub fn open(&mut self, address: &str) -> &mut Browser {
        self.wait_for(self.client.goto(address));
        self
    }

    /// Loads the page again.
    pub fn reload(&mut self) -> &mut Browser {
        self.wait_for(self.client.refresh());
        self
    }

    /// Goes back to the page before.
    pub fn back(&mut self) -> &mut Browser {
        self.wait_for(self.client.back());
        self
    }

    /// Takes the mouse to a place of the window.
    pub fn point(&mut self, (x, y): (f64, f64)) -> &mut Browser {
        let duration = Some(Duration::from_millis(60));
        let mouse = MouseActions::new("Mouse".to_string());
        let mouse = mouse.then(PointerAction::MoveTo { duration, x, y });
        self.wait_for(self.client.perform_actions(mouse));
        self
    }

    /// Presses a pointer at the first of these places of the window, takes it to the
    /// others, and lifts it.
    pub fn drag(&mut self, pointer: Pointer, places: &[(f64, f64)]) -> &mut Browser {
        let button = MOUSE_BUTTON_LEFT;
        let step = |(x, y): &(f64, f64)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(60)),
            x: *x,
            y: *y,
        };
        let mut all: Vec<PointerAction> = places.iter().map(step).collect();
        all.insert(1, PointerAction::Down { button });
        all.push(PointerAction::Up { button });
        let name = format!("{pointer:?}");
        let actions: Actions = match pointer {
            Pointer::Mouse => all.into_iter().fold(MouseActions::new(name), then).into(),
            Pointer::Finger => all.into_iter().fold(TouchActions::new(name), then).into(),
            Pointer::Pen => all.into_iter().fold(PenActions::new(name), then).into(),
        };
        self.wait_for(self.client.perform_actions(actions));
        self
    }

    /// Presses a key on what the CSS selector finds.
    pub fn press(&mut self, selector: &str, key: char) -> &mut Browser {
        let locator = fantoccini::Locator::Css(selector);
        let element = self.wait_for(self.client.find(locator));
        self.wait_for(element.send_keys(&key.to_string()));
        self
    }

    /// Presses a key on what has the focus.
    pub fn press_there(&mut self, key: char) -> &mut Browser {
        let element = self.wait_for(self.client.active_element());
        self.wait_for(element.send_keys(&key.to_string()));
        self
    }

    /// The value of a JavaScript expression; a promise is waited for.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Json {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => ({expression}))().then(value => done({{ value }}),
                                                 error => done({{ error: `${{error}}` }}))"
        );
        let mut answer = self.wait_for(self.client.execute_async(&script, Vec::new()));
        let error = &answer["error"];
        assert!(error.is_null(), "{:?}: {expression}: {error}", self.engine);
        answer["value"].take()
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn wait_until(&mut self, expression: &str) -> &mut Browser {
        let start = Instant::now();
        while self.evaluate(expression) != json!(true) {
            let engine = self.engine;
            assert!(
                start.elapsed() < PATIENCE,
                "{engine:?}: in vain: {expression}"
            );
            sleep(Duration::from_millis(20));
        }
        self
    }

    #[track_caller]
    fn wait_for<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> T {
        let patient = async { tokio::time::timeout(PATIENCE, command).await };
        let answer = self.runtime.block_on(patient);
        match answer.expect("the driver answers") {
            Ok(value) => value,
            Err(error) => panic!("{:?}: {error}", self.engine),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session's end ends the browser.
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// What points.
#[derive(Clone, Copy, Debug)]
pub enum Pointer {
    Mouse,
    Finger,
    Pen,
}

fn then<S: InputSource<Action = PointerAction>>(source: S, action: PointerAction) -> S {
    source.then(action)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
