//! The web server: middleware in order, each feature's routes, and a stop that answers what is under way.

use crate::config::{Config, SignUp};
use crate::domain::secret::Secret;
use crate::features::packets::UploadLimits;
use crate::features::public::{Contact, Facts, Metrics};
use crate::features::{account, audit, clients, development, packets, public, rules, team, work};
use crate::gateways::mail::Mail;
use crate::gateways::maildir::MailFolder;
use crate::gateways::objects::Objects;
use crate::reading::sandbox::Sandbox;
use crate::store::Db;
use crate::store::sessions::Lifetime;
use crate::web::address::Proxies;
use crate::web::bearer::{API, Pace};
use crate::web::cookies::Cookies;
use crate::web::csrf::Origin;
use crate::web::error::error_page;
use crate::web::export::Exporting;
use crate::web::log::RequestLine;
use crate::web::opening::SignUpIsOpen;
use crate::web::passkeys::Passkeys;
use crate::web::passwords::Passwords;
use crate::web::problem::{Kind, Problem};
use crate::web::refusals;
use crate::web::route::Route;
use crate::web::session::Sessions;
use crate::web::{csrf as forms, headers, tls};
use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_web::cookie::{Key, SameSite, time};
use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, ResponseError, web};
use sha2::{Digest, Sha512};
use std::net::TcpListener;
use std::time::Duration;
use tracing_actix_web::TracingLogger;
use url::Url;

/// What the server needs of the world.
#[derive(Clone)]
pub struct Parts {
    pub db: Db,
    pub objects: Objects,
    pub sandbox: Sandbox,
    pub mail: Mail,
    /// Keys cookies, codes, limits and waiting mail; the audit chain has its own key of it.
    pub secret: Vec<u8>,
}

/// Every route there is, for the test that asks each as everybody.
pub fn routes() -> Vec<Route> {
    [
        account::ROUTES,
        audit::ROUTES,
        clients::ROUTES,
        development::ROUTES,
        packets::ROUTES,
        packets::api::ROUTES,
        public::ROUTES,
        rules::ROUTES,
        team::ROUTES,
        work::ROUTES,
    ]
    .concat()
}

fn register(cfg: &mut web::ServiceConfig) {
    account::routes(cfg);
    audit::routes(cfg);
    clients::routes(cfg);
    development::routes(cfg);
    packets::routes(cfg);
    packets::api::routes(cfg);
    public::routes(cfg);
    rules::routes(cfg);
    team::routes(cfg);
    work::routes(cfg);
}

/// Nothing lives at this address, or not with this method.
async fn nothing(request: HttpRequest) -> HttpResponse {
    let fits = |route: &Route| actix_web::dev::ResourceDef::new(route.path).is_match(request.path());
    let methods: Vec<String> =
        routes().iter().filter(|route| fits(route)).map(|route| route.method.to_uppercase()).collect();
    let is_api = request.path().starts_with(API);
    if methods.is_empty() || methods.iter().any(|method| method == request.method().as_str()) {
        return match is_api {
            true => Problem::new(Kind::NotFound, "No route has this address. /api lists them all.").error_response(),
            false => error_page(StatusCode::NOT_FOUND, ""),
        };
    }
    let mut response = match is_api {
        true => Problem::new(Kind::MethodNotAllowed, "The header Allow says which it takes.").error_response(),
        false => error_page(StatusCode::METHOD_NOT_ALLOWED, "This address does not take that method."),
    };
    if let Ok(allow) = methods.join(", ").parse() {
        response.headers_mut().insert(actix_web::http::header::ALLOW, allow);
    }
    response
}

/// The session's cookie: `__Host-` over TLS, a plain name for development over HTTP.
fn sessions(config: &Config, parts: &Parts) -> SessionMiddleware<Sessions> {
    let secure = config.is_secure();
    let lifetime = Lifetime {
        idle: chrono::Duration::minutes(i64::from(config.session_idle_minutes)),
        whole: chrono::Duration::days(i64::from(config.session_days)),
    };
    // The cookie may outlive the session: the database says when that ends.
    let kept = time::Duration::days(i64::from(config.session_days));
    let key = Sha512::new().chain_update(b"quayside.cookie/1").chain_update(&parts.secret).finalize();
    SessionMiddleware::builder(Sessions { db: parts.db.clone(), lifetime }, Key::from(&key))
        .cookie_name(if secure { "__Host-quayside" } else { "quayside" }.to_owned())
        .cookie_secure(secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Private)
        .session_lifecycle(
            PersistentSession::default()
                .session_ttl(kept)
                .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges),
        )
        .build()
}

/// What the trust page tells of the settings.
fn facts(config: &Config) -> Facts {
    Facts {
        serves_tls: config.tls.is_some(),
        has_mail: config.mail.is_some(),
        has_own_database: config.database.is_none(),
        is_open: config.sign_up == SignUp::Open,
        idle_minutes: config.session_idle_minutes,
        session_days: config.session_days,
    }
}

/// The server on a listener, ready to be awaited. It does not catch signals: whoever runs it stops it.
///
/// # Errors
/// Where the listener cannot be used.
pub fn server(config: &Config, parts: Parts, metrics: Metrics, listener: TcpListener) -> std::io::Result<Server> {
    let metrics = web::Data::new(metrics);
    let passwords = web::Data::new(Passwords::default());
    let pace = web::Data::new(Pace::default());
    let exporting = web::Data::new(Exporting::default());
    let drawing = web::Data::new(packets::Drawing::default());
    let limits = UploadLimits { files: config.files, reading: config.limits.clone() };
    let origin = Origin(config.public_url.origin().ascii_serialization());
    let proxies = web::Data::new(Proxies(config.trusted_proxies.clone()));
    let facts = web::Data::new(facts(config));
    let contact = web::Data::new(Contact(config.security_contact.clone()));
    let mail_in = web::Data::new(team::TakesMail(config.mail_in.clone().map(MailFolder)));
    let mailbox = web::Data::new(development::mailbox(parts.mail.folder(), &config.public_url));
    let passkeys = web::Data::new(Passkeys::at(&config.public_url));
    let secret = web::Data::new(Secret::new(&parts.secret));
    let stop = config.stop_seconds;
    let tls = config.tls.clone().map(tls::config).transpose().map_err(std::io::Error::other)?;
    let config = config.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(metrics.clone())
            .app_data(passwords.clone())
            .app_data(drawing.clone())
            .app_data(pace.clone())
            .app_data(exporting.clone())
            .app_data(proxies.clone())
            .app_data(contact.clone())
            .app_data(facts.clone())
            .app_data(web::Data::new(limits.clone()))
            .app_data(web::Data::new(origin.clone()))
            .app_data(web::Data::new(parts.db.clone()))
            .app_data(web::Data::new(parts.objects.clone()))
            .app_data(web::Data::new(parts.sandbox.clone()))
            .app_data(mailbox.clone())
            .app_data(mail_in.clone())
            .app_data(secret.clone())
            .app_data(passkeys.clone())
            .app_data(web::Data::new(Cookies { secure: config.is_secure() }))
            .app_data(web::Data::new(SignUpIsOpen(config.sign_up == SignUp::Open)))
            .app_data(web::FormConfig::default().limit(64 * 1024))
            .wrap(from_fn(refusals::record))
            .wrap(sessions(&config, &parts))
            .wrap(from_fn(forms::refuse_foreign))
            .wrap(Compress::default())
            .wrap(from_fn(headers::add))
            .wrap(TracingLogger::<RequestLine>::new())
            .configure(register)
            .default_service(web::to(nothing))
    })
    // A streamed answer would wait 40 ms for the other side's delayed acknowledgement.
    .tcp_nodelay(true)
    .disable_signals()
    .shutdown_timeout(stop)
    .client_request_timeout(Duration::from_secs(20))
    .keep_alive(Duration::from_secs(60));
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

/// A server that answers everything with the way to the public URL, for browsers that come over plain HTTP.
///
/// # Errors
/// Where the listener cannot be used.
pub fn redirect(config: &Config, listener: TcpListener) -> std::io::Result<Server> {
    let public = web::Data::new(config.public_url.clone());
    let server = HttpServer::new(move || {
        App::new().app_data(public.clone()).wrap(from_fn(headers::add)).default_service(web::to(the_way))
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

/// The same page at the public URL. Its host comes from the settings, never from the request.
async fn the_way(request: HttpRequest, public: web::Data<Url>) -> HttpResponse {
    let mut url = public.get_ref().clone();
    url.set_path(request.path());
    url.set_query(request.uri().query());
    HttpResponse::PermanentRedirect().insert_header((actix_web::http::header::LOCATION, url.as_str())).finish()
}
