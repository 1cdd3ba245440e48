//! The tables as Diesel sees them. A test compares this file with what the migrations make.

diesel::table! {
    teams (id) {
        id -> Uuid,
        name -> Text,
        is_demo -> Bool,
        created_at -> Timestamptz,
        requires_factor -> Bool,
        assistance -> Array<Text>,
        audit_years -> Nullable<Integer>,
        deletes_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        created_at -> Timestamptz,
        listens_to_keys -> Bool,
    }
}
diesel::table! {
    team_keys (team_id, id) { team_id -> Uuid, id -> Uuid, wrapped -> Bytea, created_at -> Timestamptz, }
}
diesel::table! {
    memberships (team_id, user_id) {
        team_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
        suspended_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    clients (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        name -> Text,
        profile -> Jsonb,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
diesel::table! {
    party_aliases (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        one_key -> Text,
        other_key -> Text,
        one -> Text,
        other -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    invites (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        email -> Text,
        role -> Text,
        invited_by -> Uuid,
        token_hash -> Bytea,
        expires_at -> Timestamptz,
        sent_count -> Integer,
        sent_at -> Timestamptz,
        proved_by -> Nullable<Bytea>,
        proved_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    sessions (id_hash) {
        id_hash -> Bytea,
        state -> Jsonb,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        user_id -> Nullable<Uuid>,
        public_id -> Nullable<Uuid>,
        last_seen_at -> Timestamptz,
    }
}
diesel::table! {
    totp_secrets (user_id) {
        user_id -> Uuid,
        sealed -> Bytea,
        last_step -> BigInt,
        confirmed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    recovery_codes (user_id, code_hash) { user_id -> Uuid, code_hash -> Bytea, used_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    passkeys (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        credential_id -> Bytea,
        name -> Text,
        credential -> Jsonb,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    email_changes (user_id) { user_id -> Uuid, email -> Text, created_at -> Timestamptz, }
}
diesel::table! {
    sign_ups (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        organisation -> Text,
        password_hash -> Text,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    codes (id) {
        id -> Uuid,
        purpose -> Text,
        subject_id -> Uuid,
        request_hash -> Bytea,
        code_digest -> Bytea,
        tries -> Integer,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    password_resets (user_id) {
        user_id -> Uuid,
        token_hash -> Bytea,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    devices (user_id, token_hash, network) {
        user_id -> Uuid,
        token_hash -> Bytea,
        network -> Text,
        last_seen_at -> Timestamptz,
    }
}
diesel::table! {
    limits (key) {
        key -> Bytea,
        count -> Integer,
        last_at -> Timestamptz,
        blocked_until -> Timestamptz,
    }
}
diesel::table! {
    packets (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        name -> Text,
        state -> Text,
        upload_key -> Uuid,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        run_id -> Uuid,
        file_count -> Integer,
        document_count -> Nullable<Integer>,
        score -> Nullable<SmallInt>,
        verdict -> Nullable<Text>,
        criticals -> Nullable<Integer>,
        warnings -> Nullable<Integer>,
        transport -> Nullable<Text>,
        eta -> Nullable<Date>,
        route -> Nullable<Text>,
        owner_id -> Nullable<Uuid>,
        decision -> Nullable<Text>,
        decided_run -> Nullable<Uuid>,
        deleted_at -> Nullable<Timestamptz>,
        deleted_by -> Nullable<Uuid>,
        client -> Nullable<Text>,
        client_key -> Nullable<Text>,
        numbers -> Nullable<Text>,
        words_version -> SmallInt,
        name_order -> Text,
        eta_first -> Date,
        eta_last -> Date,
        score_first -> SmallInt,
        score_last -> SmallInt,
    }
}
diesel::table! {
    batches (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        task -> Text,
        owner_id -> Nullable<Uuid>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        undone_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    batch_packets (team_id, batch_id, packet_id) {
        team_id -> Uuid,
        batch_id -> Uuid,
        packet_id -> Uuid,
        owner_before -> Nullable<Uuid>,
        refused -> Nullable<Text>,
    }
}
diesel::table! {
    mailboxes (team_id) { team_id -> Uuid, word -> Text, created_by -> Uuid, created_at -> Timestamptz, }
}
diesel::table! {
    arrived_mails (team_id, key) {
        team_id -> Uuid,
        key -> Text,
        packet_id -> Nullable<Uuid>,
        name -> Text,
        sender -> Nullable<Text>,
        refused -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    packet_words (team_id, packet_id, word) { team_id -> Uuid, packet_id -> Uuid, word -> Text, places -> Text, }
}
diesel::table! {
    packet_views (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        owner_id -> Uuid,
        name -> Text,
        query -> Text,
        is_shared -> Bool,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    files (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        position -> Integer,
        name -> Text,
        sha256 -> Text,
        size_bytes -> BigInt,
        object_key -> Text,
        created_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        replaces -> Nullable<Uuid>,
        replaced_at -> Nullable<Timestamptz>,
        aside_at -> Nullable<Timestamptz>,
        aside_by -> Nullable<Uuid>,
    }
}
diesel::table! {
    runs (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        number -> Integer,
        state -> Text,
        requested_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        result -> Nullable<Jsonb>,
        failure -> Nullable<Text>,
        score -> Nullable<SmallInt>,
        verdict -> Nullable<Text>,
    }
}
diesel::table! {
    questions (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        finding -> Nullable<Text>,
        code -> Nullable<Text>,
        title -> Nullable<Text>,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        mail_id -> Uuid,
        client_key -> Nullable<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    pages (team_id, run_id, file_id, number) {
        team_id -> Uuid,
        run_id -> Uuid,
        file_id -> Uuid,
        number -> Integer,
        width -> Float,
        height -> Float,
        source -> Text,
        sheet -> Nullable<Text>,
        text -> Text,
        grid -> Nullable<Jsonb>,
        turn -> SmallInt,
    }
}
diesel::table! {
    arrangements (team_id, file_id, number) {
        team_id -> Uuid,
        packet_id -> Uuid,
        file_id -> Uuid,
        number -> Integer,
        arrangement -> Nullable<Jsonb>,
        read -> Jsonb,
        step -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    work (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        task -> Jsonb,
        key -> Text,
        state -> Text,
        attempts -> Integer,
        due_at -> Timestamptz,
        lease_until -> Nullable<Timestamptz>,
        fence -> BigInt,
        worker -> Nullable<Text>,
        progress -> Nullable<Jsonb>,
        failure -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
diesel::table! {
    outbox (id) {
        id -> Uuid,
        team_id -> Nullable<Uuid>,
        kind -> Text,
        recipient -> Text,
        sealed -> Nullable<Bytea>,
        state -> Text,
        attempts -> Integer,
        due_at -> Timestamptz,
        useless_after -> Nullable<Timestamptz>,
        lease_until -> Nullable<Timestamptz>,
        fence -> BigInt,
        answer -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
diesel::table! {
    work_steps (team_id, work_id, step) {
        team_id -> Uuid,
        work_id -> Uuid,
        step -> Text,
        output -> Jsonb,
        done_at -> Timestamptz,
    }
}
diesel::table! {
    audit_entries (team_id, seq, at) {
        team_id -> Uuid,
        seq -> BigInt,
        at -> Timestamptz,
        identity_id -> Uuid,
        role -> Text,
        action -> Text,
        subject -> Text,
        result -> Text,
        diff -> Nullable<Jsonb>,
        hash -> Bytea,
        person -> Uuid,
    }
}
diesel::table! { audit_heads (team_id) { team_id -> Uuid, seq -> BigInt, hash -> Bytea, } }
diesel::table! {
    audit_identities (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        email -> Nullable<Text>,
        address -> Nullable<Text>,
        person -> Uuid,
    }
}
diesel::table! {
    audit_kinds (team_id, person, month, action, result, topic) {
        team_id -> Uuid,
        person -> Uuid,
        month -> Date,
        action -> Text,
        result -> Text,
        topic -> Text,
    }
}
diesel::table! {
    audit_checks (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        asked_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        report -> Nullable<Jsonb>,
    }
}
diesel::table! {
    audit_anchors (day) { day -> Date, claimed_until -> Timestamptz, made_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    readings (team_id, sha256, arrangement) {
        team_id -> Uuid,
        sha256 -> Text,
        reader -> Text,
        reading -> Jsonb,
        made_at -> Timestamptz,
        arrangement -> Text,
    }
}
diesel::table! {
    corrections (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        file_id -> Uuid,
        page -> Integer,
        field -> Text,
        line -> Nullable<Integer>,
        number -> Integer,
        is_back -> Bool,
        value -> Nullable<Jsonb>,
        reason -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
        seen -> Nullable<Jsonb>,
    }
}
diesel::table! {
    waivers (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        finding -> Text,
        code -> Text,
        reason -> Text,
        until -> Nullable<Date>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
    }
}
diesel::table! {
    decisions (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        run_id -> Uuid,
        step -> Text,
        reason -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    comments (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        packet_id -> Uuid,
        body -> Text,
        version -> Integer,
        created_by -> Uuid,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        removed_at -> Nullable<Timestamptz>,
    }
}
diesel::table! { mentions (team_id, comment_id, user_id) { team_id -> Uuid, comment_id -> Uuid, user_id -> Uuid, } }
diesel::table! {
    tokens (team_id, id) {
        team_id -> Uuid,
        id -> Uuid,
        name -> Text,
        digest -> Bytea,
        start -> Text,
        scopes -> Array<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        last_used_on -> Nullable<Date>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
    }
}
diesel::table! {
    idempotency_keys (team_id, token_id, key) {
        team_id -> Uuid,
        token_id -> Uuid,
        key -> Text,
        request -> Bytea,
        status -> Integer,
        location -> Text,
        answer -> Text,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    list_editions (id) {
        id -> Uuid,
        list -> Text,
        valid_from -> Date,
        sha256 -> Text,
        source -> Text,
        line_count -> Integer,
        imported_at -> Timestamptz,
    }
}
diesel::table! {
    tariff_lines (edition_id, code) { edition_id -> Uuid, code -> Text, description -> Text, subheading -> Text, }
}
diesel::table! { places (edition_id, code) { edition_id -> Uuid, code -> Text, name -> Text, } }
diesel::table! { carriers (edition_id, code) { edition_id -> Uuid, code -> Text, name -> Text, } }

diesel::allow_tables_to_appear_in_same_query!(
    teams,
    users,
    memberships,
    clients,
    invites,
    team_keys,
    sessions,
    totp_secrets,
    recovery_codes,
    passkeys,
    email_changes,
    packets,
    files,
    runs,
    pages,
    work,
    work_steps,
    audit_entries,
    audit_heads,
    audit_identities,
    arrangements,
    corrections,
    waivers,
    decisions,
    comments,
    questions,
    outbox,
    tokens,
    batches,
    batch_packets,
    mailboxes,
    arrived_mails,
    party_aliases,
);
