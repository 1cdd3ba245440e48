//! What a system saves: originals byte for byte, and the printed report.

use super::super::file;
use super::super::report::Press;
use super::find::need_result;
use super::{answers, id};
use crate::domain::access::Action;
use crate::domain::limits::REPORT_TOKEN;
use crate::domain::secret::Secret;
use crate::gateways::objects::Objects;
use crate::store::Db;
use crate::web::bearer::Bearer;
use crate::web::limits::spend_token;
use crate::web::problem::Problem;
use actix_web::http::header;
use actix_web::{HttpResponse, web};

/// The digest of a whole answer, as RFC 9530 writes it: base64 between colons.
fn repr_digest(sha256: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = hex::decode(sha256).unwrap_or_default();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4usize {
            let digit = usize::try_from(word >> (18 - 6 * at) & 63).unwrap_or(0);
            text.push(if at > chunk.len() { '=' } else { DIGITS.get(digit).copied().map_or('=', char::from) });
        }
    }
    format!("sha-256=:{text}:")
}

/// Downloads a file as it was sent, byte for byte.
#[utoipa::path(
    get,
    path = "/api/v1/packets/{id}/files/{file}",
    operation_id = "getFile",
    params(
        ("id" = String, Path, format = Uuid, description = "The packet's id."),
        ("file" = String, Path, format = Uuid, description = "The file's id."),
    ),
    responses((
        status = 200,
        description = "The bytes. Repr-Digest holds their SHA-256, Content-Disposition their name.",
        body = String,
        content_type = "application/octet-stream",
        headers(("Repr-Digest" = String, description = "`sha-256=:…:`, RFC 9530.")),
    )),
    security(("token" = ["packets:read"])),
)]
pub async fn original(
    bearer: Bearer,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    bearer.actor.permit(Action::PacketView)?;
    let (packet, file) = path.into_inner();
    let (file, stream) = file::open(&bearer.actor, &db, &objects, id(&packet)?, id(&file)?).await?;
    Ok(file::saved(&file)
        .insert_header(("Repr-Digest", repr_digest(&file.sha256)))
        // The digest is of these bytes: nothing may compress them on their way.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .streaming(stream))
}

/// Prints the report.
///
/// The verdict, each finding with the places that prove it, and every document with its SHA-256. It stands in the audit log.
#[utoipa::path(
    get,
    path = "/api/v1/packets/{id}/report.pdf",
    operation_id = "getReport",
    params(("id" = String, Path, format = Uuid, description = "The packet's id.")),
    responses(
        (status = 200, description = "A PDF.", body = String, content_type = "application/pdf"),
        (status = 409, description = "Still being read (with Retry-After), or it could not be checked.", body = answers::Problem, content_type = "application/problem+json"),
    ),
    security(("token" = ["packets:read"])),
)]
pub async fn report(
    bearer: Bearer,
    press: Press,
    secret: web::Data<Secret>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    bearer.actor.permit(Action::PacketExport)?;
    let id = id(&path)?;
    need_result(&bearer, &press.db, id).await?;
    spend_token(&press.db, &secret, bearer.token.id, REPORT_TOKEN).await?;
    Ok(press.report(&bearer.actor, bearer.team.clone(), id).await?)
}

#[cfg(test)]
mod tests {
    use super::repr_digest;

    #[test]
    fn a_digest_is_written_as_the_standard_writes_it() {
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(repr_digest(of_nothing), "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        assert_eq!(repr_digest("00"), "sha-256=:AA==:");
    }
}
