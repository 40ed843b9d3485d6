-- What somebody was answered is theirs alone.
select wall.guard('http.answers', 'actor_id = wall.actor()');
