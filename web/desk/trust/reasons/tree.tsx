import type { TreeView } from '#watch/reasons/contract.ts';
import { useDeskWords } from '../../words.ts';

const MARK = { true: '✓', false: '✗', missing: '?' } as const;

/** Whether something holds, as a sign for the eye and a word for the ear. */
export function Mark({ result }: { result: TreeView['result'] }) {
  const { t } = useDeskWords();
  return (
    <>
      <span className={`mark ${result}`} aria-hidden="true">
        {MARK[result]}
      </span>
      <span className="sr">{t(`why.${result}`)}</span>
    </>
  );
}

/** An evaluated condition as an indented list: each part, whether it holds, the value it saw. */
export function Tree({ tree }: { tree: TreeView }) {
  return (
    <ul className="reason-tree">
      <Branch node={tree} />
    </ul>
  );
}

function Branch({ node }: { node: TreeView }) {
  const { say } = useDeskWords();
  return (
    <li>
      <Mark result={node.result} />
      <span>
        {say(node.words)}
        {node.value && <strong className="seen"> = {say(node.value)}</strong>}
      </span>
      {node.parts.length > 0 && (
        <ul>
          {node.parts.map((part, i) => (
            <Branch key={`${i}-${part.words.en}`} node={part} />
          ))}
        </ul>
      )}
    </li>
  );
}
