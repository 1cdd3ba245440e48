//! Another address for an account: proved by a code that goes there, told to the old one.

use super::door::Door;
use super::home::{self, Problem, prove, user};
use super::record::{self, Alarm};
use super::{letters, sign_up};
use crate::domain::access::Action;
use crate::domain::account::Email;
use crate::domain::account::code::{CODE_MINUTES, Code, Token};
use crate::domain::limits::{CODE_ACCOUNT, CODE_ADDRESS, CODE_INSTALLATION};
use crate::store::accounts;
use crate::store::codes::{NewCode, Purpose as CodePurpose};
use crate::store::email_changes::{self, Answered};
use crate::web::cookies::Purpose;
use crate::web::error::AppError;
use crate::web::session::{self, AtHome};
use crate::web::{limits, view};
use actix_session::Session;
use actix_web::{HttpResponse, web};
use chrono::{Duration, Utc};
use serde::Deserialize;

/// What the form of the address sends.
#[derive(Deserialize)]
pub struct Wish {
    email: String,
}

/// What the form of the code sends.
#[derive(Deserialize)]
pub struct Form {
    code: String,
}

/// Sends a code to the new address.
pub async fn ask(home: AtHome, door: Door, form: web::Form<Wish>, session: Session) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    let wrong = |sentence: String| home::page(&home.0, &door, Some(Problem { field: "email", sentence }), None);
    let email = match Email::parse(&form.email) {
        Ok(email) if email.as_str() == home.0.actor.email() => {
            return wrong("That is your address already.".to_owned()).await;
        }
        Ok(email) => email,
        Err(error) => return wrong(error.to_string()).await,
    };
    match limits::take(&door.db, sign_up::letters_counted(&door, &email)).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return wrong(wait.to_string()).await,
        Err(error) => return Err(error),
    }
    let request = Token::fresh()?;
    let (code, letter) = if accounts::find(&door.db, &email).await?.is_some() {
        (None, letters::account_exists(email.clone(), &door.origin)?)
    } else {
        let code = Code::fresh()?;
        let stored = NewCode {
            purpose: CodePurpose::EmailChange,
            subject: user.0,
            request_hash: request.hash(),
            digest: code.digest(&door.secret, &request),
            expires_at: Utc::now() + Duration::minutes(CODE_MINUTES),
        };
        (Some(stored), letters::email_code(email.clone(), &code)?)
    };
    email_changes::put(&door.db, user, email, code, letter.seal(&door.secret, None)?).await?;
    record::note(&door, user, Action::EmailChange, "asked").await?;
    let mut response = view::go_to(&door.request, "/account");
    response.add_cookie(&door.cookies.keep(Purpose::Code, &request)).map_err(|_| AppError::Busy)?;
    Ok(response)
}

/// Takes the code.
pub async fn confirm(
    home: AtHome,
    door: Door,
    form: web::Form<Form>,
    session: Session,
) -> Result<HttpResponse, AppError> {
    prove(&session)?;
    let user = user(&home.0)?;
    let wrong = |sentence: String| home::page(&home.0, &door, Some(Problem { field: "email-code", sentence }), None);
    let over = "No code is good any more. Ask for another one.";
    let Some(code) = Code::parse(&form.code) else { return wrong("The code has six digits.".to_owned()).await };
    let Some(request) = door.token(Purpose::Code) else { return wrong(over.to_owned()).await };
    let tried = vec![
        door.counted(CODE_ACCOUNT, &user.to_string()),
        door.counted_address(CODE_ADDRESS),
        door.counted(CODE_INSTALLATION, ""),
    ];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return wrong(wait.to_string()).await,
        Err(error) => return Err(error),
    }
    let digest = code.digest(&door.secret, &request);
    let notice = letters::changed(&door, home.0.actor.email(), "The address of your Quayside account was changed.")?;
    match email_changes::answer(&door.db, user, request.hash(), digest, notice).await? {
        Answered::Changed => {
            limits::give_back(&door.db, tried).await?;
            record::note(&door, user, Action::EmailChange, "success").await?;
            session::proved(&session)?;
            Ok(view::go_to(&door.request, "/account?done=email"))
        }
        Answered::Wrong => {
            record::note(&door, user, Action::CodeCheck, "wrong_code").await?;
            wrong("That code is not right. Look at the newest letter.".to_owned()).await
        }
        Answered::Over => wrong(over.to_owned()).await,
        Answered::Reused => {
            record::note(&door, user, Action::CodeCheck, "reused").await?;
            record::raise(&door, user, Alarm::ReusedCode).await?;
            wrong(over.to_owned()).await
        }
    }
}
