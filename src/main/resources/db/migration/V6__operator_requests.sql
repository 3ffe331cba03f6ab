-- What jobs ask of people, who answered what, and how the wait ended. Open while closed_at is null.
create table operator_request (
    number     bigint  not null,
    part       integer not null,
    request    integer not null,
    kind       text    not null check (kind in ('VOLUME', 'LABEL', 'CARTRIDGE')),
    audience   text    not null check (audience in ('OPERATOR', 'CLIENT')),
    wanted     text    not null,
    asked_at   text    not null,
    reply      text    check (reply in ('RETRY', 'ACCEPT', 'ABORT')),
    replied_by text,
    outcome    text,
    closed_at  text,
    primary key (number, part, request),
    foreign key (number, part) references job (number, part)
) ${clustered};
create index operator_request_open on operator_request (number, part) where closed_at is null;
