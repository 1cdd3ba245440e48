//! The people of the tests. Atlas is the team; Stan owns another one.

use quayside::domain::access::Role;
use quayside::domain::account::{Email, hash_password};
use quayside::domain::audit::ChainKey;
use quayside::domain::keys::MasterKeys;
use quayside::store::Db;
use quayside::store::accounts::{self, NewMember, Team};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    Olga,
    Adam,
    Otto,
    Vera,
    Stan,
}

impl Person {
    pub const ATLAS: [Self; 4] = [Self::Olga, Self::Adam, Self::Otto, Self::Vera];

    pub const fn email(self) -> &'static str {
        match self {
            Self::Olga => "olga@atlas.example",
            Self::Adam => "adam@atlas.example",
            Self::Otto => "otto@atlas.example",
            Self::Vera => "vera@atlas.example",
            Self::Stan => "stan@other.example",
        }
    }

    pub const fn role(self) -> Role {
        match self {
            Self::Olga | Self::Stan => Role::Owner,
            Self::Adam => Role::Admin,
            Self::Otto => Role::Operator,
            Self::Vera => Role::Viewer,
        }
    }
}

/// Founds both teams in an empty database.
pub fn move_in(app_url: &str) {
    let hash = hash_password(&PASSWORD.into()).unwrap();
    let member = |person: Person| NewMember {
        email: Email::parse(person.email()).unwrap(),
        name: format!("{person:?} Tester"),
        password_hash: hash.clone(),
        role: person.role(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::connect(app_url, 2, ChainKey::new(super::SECRET), MasterKeys::from_secret(super::SECRET));
        let atlas = Team::named("Atlas Customs", false);
        accounts::found_team(&db, atlas, Person::ATLAS.map(member).into()).await.unwrap();
        let other = Team::named("Other Brokers", false);
        accounts::found_team(&db, other, vec![member(Person::Stan)]).await.unwrap();
    });
}
