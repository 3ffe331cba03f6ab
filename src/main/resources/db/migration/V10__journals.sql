-- The chain of journals that a recovery applies (J13, J18, J25), and images of journals whose end isn't known yet.
create table journal_piece (
    source      text    not null,
    incarnation bigint  not null,
    sequence    bigint  not null,
    from_byte   bigint  not null,
    bytes       bigint  not null,
    name        text    not null,
    first_lsn   bigint  not null,
    end_lsn     bigint  not null,
    sha256      text,
    backup      bigint,
    state       text    not null check (state in ('PARTIAL', 'READY', 'GAP', 'BROKEN')),
    dependent   integer not null,
    primary key (source, incarnation, sequence, from_byte)
) ${clustered};
create index journal_piece_backup on journal_piece (backup);
create table journal_intent (
    source   text   not null,
    image_id text   not null,
    number   bigint not null,
    primary key (source, image_id)
) ${clustered};
